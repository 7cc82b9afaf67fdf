import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

const hexadecimal = /^[0-9a-f]{64}$/i;

/** A SHA-256 in lowercase; `undefined` for any other text. */
export function parseSha256(text: string): string | undefined {
  return hexadecimal.test(text) ? text.toLowerCase() : undefined;
}

/**
 * The SHA-256 of the file `name` in what `sha256sum` prints (`HEX  NAME` a line), or in a text that is one alone;
 * `undefined` where there is none.
 */
export function findSha256(text: string, name: string): string | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  for (const line of lines) {
    const [, hex = '', , path] = /^([0-9a-f]{64})(?:( [ *])(.+?))?\s*$/i.exec(line) ?? [];
    const isNamed = path?.split('/').at(-1) === name;
    if (isNamed || (path === undefined && lines.length === 1)) return parseSha256(hex);
  }
  return undefined;
}

/** The SHA-256 of a file's bytes, in lowercase. Rejects where it can't be read. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
