import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { detectType } from '../../../src/feature/files/detect-type.ts';
import { temporaryFolder } from './files-at.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const compoundFile = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]);
const megabyte = 1024 ** 2;

interface Sent {
  filename?: string;
  claimedType?: string;
  isText?: boolean;
}

async function typeOf(content: Uint8Array | string, sent: Sent = {}): Promise<string> {
  const path = join(temporaryFolder(), 'content');
  writeFileSync(path, content);
  return detectType({ path, isText: typeof content === 'string', filename: 'a', ...sent });
}

it.each<[string, Uint8Array | string, Sent, string]>([
  ['a PNG that calls itself a PDF', png, { filename: 'a.pdf', claimedType: 'application/pdf' }, 'image/png'],
  ['a PNG that calls itself text', png, { filename: 'a.txt', claimedType: 'text/plain' }, 'image/png'],
  ['text that calls itself a PNG', 'hello', { filename: 'a.png', claimedType: 'image/png' }, 'text/plain'],
  ['a PDF of text that calls itself HTML', '%PDF-1.7\n', { filename: 'a.html' }, 'application/pdf'],
  ['a script that calls itself a picture', '<svg/>', { filename: 'a.jpg', claimedType: 'image/jpeg' }, 'text/plain'],
  ['words that begin like a bitmap', 'BM, as they say', {}, 'text/plain'],
  ['bytes without a format', Buffer.from([0, 1, 2, 3]), { filename: 'a.pdf' }, 'application/octet-stream'],
  ['bytes that call themselves text', Buffer.from([0xff, 0, 1]), { filename: 'a.csv' }, 'application/octet-stream'],
  ['nothing', '', {}, 'text/plain'],
  ['a table by its name', 'a,b', { filename: 'A.CSV' }, 'text/csv'],
  ['a table by its client', 'a,b', { filename: 'a', claimedType: 'Text/CSV; charset=utf-8' }, 'text/csv'],
  ['a table whose client knows no better', 'a,b', { filename: 'a.csv', claimedType: 'text/plain' }, 'text/csv'],
  ['text of an unknown kind', 'x', { filename: 'a.py', claimedType: 'text/x-python' }, 'text/plain'],
  ['an old office document', compoundFile, { filename: 'a.doc' }, 'application/msword'],
  ['a compound file of an unknown kind', compoundFile, { filename: 'a.exe' }, 'application/x-cfb'],
])('the content decides the type of %s', async (_what, content, sent, type) => {
  expect(await typeOf(content, sent)).toBe(type);
});

it('a file that is not there is an error', async () => {
  const clues = { path: join(temporaryFolder(), 'none'), isText: false, filename: 'a' };
  await expect(detectType(clues)).rejects.toMatchObject({ code: 'ENOENT' });
});

interface Entry {
  name: string;
  data: Buffer;
  isDeflated?: boolean;
  /** Its size stands after the data. */
  hasNoSize?: boolean;
  claimedBytes?: number;
}

/** An entry of a ZIP file. */
function entry({ name, data, isDeflated = false, hasNoSize = false, claimedBytes = data.length }: Entry): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(hasNoSize ? 8 : 0, 6);
  header.writeUInt16LE(isDeflated ? 8 : 0, 8);
  header.writeUInt32LE(hasNoSize ? 0 : claimedBytes, 18);
  header.writeUInt32LE(hasNoSize ? 0 : claimedBytes, 22);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, Buffer.from(name), data]);
}

const many = (count: number, piece: Buffer): Buffer => Buffer.concat(Array.from({ length: count }, () => piece));
const bytes = (hex: string, rest: Buffer = Buffer.alloc(megabyte)): Buffer =>
  Buffer.concat([Buffer.from(hex, 'hex'), rest]);
const zeros = deflateRawSync(Buffer.alloc(200 * megabyte));
const empty = { name: 'a', data: Buffer.alloc(0) };

it.each<[string, Buffer, string]>([
  [
    'a bomb where the type should be',
    entry({ name: '[Content_Types].xml', data: zeros, isDeflated: true }),
    'application/zip',
  ],
  [
    'the same without a size',
    entry({ name: '[Content_Types].xml', data: zeros, isDeflated: true, hasNoSize: true }),
    'application/zip',
  ],
  ['a bomb as its own type', entry({ name: 'mimetype', data: zeros, isDeflated: true }), 'application/zip'],
  ['a type of many megabytes', entry({ name: 'mimetype', data: Buffer.alloc(50 * megabyte, 'a') }), 'application/zip'],
  ['many entries', many(200_000, entry(empty)), 'application/zip'],
  [
    'many entries without a size',
    many(3000, entry({ ...empty, data: Buffer.alloc(2000), hasNoSize: true })),
    'application/zip',
  ],
  ['an entry that claims 4 GB', entry({ ...empty, claimedBytes: 0xffffffff }), 'application/zip'],
  ['zeros in gzip in gzip', gzipSync(gzipSync(Buffer.alloc(50 * megabyte))), 'application/gzip'],
  [
    'tags of no length, one in the other',
    many(100_000, bytes('49443304000000000000', Buffer.alloc(0))),
    'application/octet-stream',
  ],
  ['a tag of 256 MB', bytes('4944330400007f7f7f7f'), 'audio/mpeg'],
  [
    'objects of no length',
    bytes('3026b2758e66cf11a6d900aa0062ce6c', Buffer.alloc(megabyte)),
    'application/octet-stream',
  ],
  ['elements of no length', bytes('1a45dfa3', Buffer.alloc(megabyte, 0x80)), 'application/octet-stream'],
  [
    'chunks without end',
    bytes('89504e470d0a1a0a', many(100_000, bytes('000000007478747800000000', Buffer.alloc(0)))),
    'application/octet-stream',
  ],
  ['a chunk of 4 GB', bytes('89504e470d0a1a0affffffff49484452'), 'application/octet-stream'],
  ['a directory of 65,535 fields', bytes('49492a0008000000ffff'), 'image/tiff'],
  ['a folder that is its own parent', bytes('66747970', Buffer.alloc(megabyte, 0xff)), 'application/octet-stream'],
])('%s takes no time and no memory', async (_what, content, type) => {
  const before = process.memoryUsage().arrayBuffers;
  expect(await typeOf(content)).toBe(type);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * megabyte);
});

/** Where formats begin. */
const beginnings = [
  ...['89504e470d0a1a0a', '504b0304', '504b0506', '1f8b08', '494433', '25504446', '3026b2758e66cf11a6d9', '1a45dfa3'],
  ...['49492a00', '4d4d002a', '52494646', '4f676753', 'fffb', 'ffd8ff', '474946383961', '377abcaf271c', '526172211a07'],
  ...[
    '000000186674797068656963',
    '7f454c46',
    'cafebabe',
    'd0cf11e0a1b11ae1',
    '664c6143',
    '4d546864',
    '0000000c6a502020',
  ],
  ...[
    '213c617263683e',
    '7573746172',
    '28b52ffd',
    '04224d18',
    '425a68',
    'fd377a585a00',
    '2521',
    '3c3f786d6c20',
    '7b5c727466',
  ],
].map((hex) => Buffer.from(hex, 'hex'));

it('of whatever begins like a format, broken off or with nonsense after it, there is a type', async () => {
  const path = join(temporaryFolder(), 'content');
  const rest = fc.oneof(
    fc.constantFrom(Buffer.alloc(0), Buffer.alloc(5000), Buffer.alloc(5000, 0xff), Buffer.alloc(5000, 1)),
    fc.uint8Array({ maxLength: 300, size: 'max' }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...beginnings), { minLength: 1 }),
      rest,
      fc.nat(40),
      async (start, end, cut) => {
        const whole = Buffer.concat([...start, end]);
        writeFileSync(path, whole.subarray(0, Math.max(0, whole.length - cut)));
        expect(await detectType({ path, isText: false, filename: 'a' })).toMatch(/^[a-z]+\/[\w.+-]+$/);
      },
    ),
    { numRuns: 1000, seed: 1 },
  );
});
