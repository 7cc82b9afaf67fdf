import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { counted } from './counted.ts';

/** What `fetch` sends to `POST /v1/files`. */
export interface UploadForm {
  headers: Record<string, string>;
  body: ReadableStream;
  duplex: 'half';
}

/** A form with a file, which is read while it is sent. `sent` is called with the size of each piece. */
export function uploadForm(path: string, purpose: string, sent: (count: number) => void): UploadForm {
  const boundary = randomBytes(16).toString('hex');
  // Quotes and line breaks as browsers write them.
  const name = basename(path).replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const head = [
    ...[`--${boundary}`, 'content-disposition: form-data; name="purpose"', '', purpose],
    ...[`--${boundary}`, `content-disposition: form-data; name="file"; filename="${name}"`, '', ''],
  ].join('\r\n');
  async function* form(): AsyncGenerator<Uint8Array, void, undefined> {
    yield Buffer.from(head);
    yield* counted(createReadStream(path), sent);
    yield Buffer.from(`\r\n--${boundary}--\r\n`);
  }
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Readable.toWeb(Readable.from(form())),
    duplex: 'half',
  };
}
