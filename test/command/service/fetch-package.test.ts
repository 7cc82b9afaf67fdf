import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fetchPackage } from '../../../src/command/service/fetch-package.ts';

const content = 'a package';
const sha256 = createHash('sha256').update(content).digest('hex');

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fetch-package-'));
  file = join(folder, 'p.tgz');
  writeFileSync(file, content);
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('a file', () => {
  const fetched = async (given?: string) => fetchPackage({ kind: 'file', path: file }, folder, given);

  test('is taken with its checksum', async () => {
    expect(readFileSync(await fetched(sha256), 'utf8')).toBe(content);
  });

  test('is taken with the checksum beside it', async () => {
    writeFileSync(`${file}.sha256`, `${sha256}  p.tgz\n`);
    expect(readFileSync(await fetched(), 'utf8')).toBe(content);
  });

  test('is refused without a checksum, and how to make one is said', async () => {
    await expect(fetched()).rejects.toThrow('sha256sum p.tgz >p.tgz.sha256');
  });

  test('is refused when the checksum beside it is of another file', async () => {
    writeFileSync(`${file}.sha256`, `${sha256}  q.tgz\n`);
    await expect(fetched()).rejects.toThrow('is not named in p.tgz.sha256');
  });

  test('is refused with another checksum, whatever is beside it', async () => {
    writeFileSync(`${file}.sha256`, `${sha256}  p.tgz\n`);
    await expect(fetched('0'.repeat(64))).rejects.toThrow(`its SHA-256 is ${sha256}, not 000`);
  });

  test('that is not there is said', async () => {
    rmSync(file);
    await expect(fetched(sha256)).rejects.toThrow('p.tgz cannot be read');
  });
});

describe('an address', () => {
  let server: Server;
  let url: URL;

  beforeEach(async () => {
    server = createServer(({ url: path }, response) => {
      const text = new Map([
        ['/p.tgz', content],
        ['/p.tgz.sha256', sha256],
      ]).get(path ?? '');
      response.writeHead(text === undefined ? 404 : 200).end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/p.tgz`);
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  test('is fetched with its checksum', async () => {
    expect(readFileSync(await fetchPackage({ kind: 'url', url }, folder, sha256), 'utf8')).toBe(content);
  });

  test('is refused with another checksum', async () => {
    await expect(fetchPackage({ kind: 'url', url }, folder, '0'.repeat(64))).rejects.toThrow('its SHA-256 is');
  });

  test('without TLS is no source of checksums', async () => {
    await expect(fetchPackage({ kind: 'url', url }, folder)).rejects.toThrow('has no checksum');
  });

  test('that answers otherwise, or not at all, is said', async () => {
    const missing = new URL('/q.tgz', url);
    await expect(fetchPackage({ kind: 'url', url: missing }, folder, sha256)).rejects.toThrow('was answered 404');
    server.close();
    server.closeAllConnections();
    await expect(fetchPackage({ kind: 'url', url }, folder, sha256)).rejects.toThrow('could not be fetched');
  });
});
