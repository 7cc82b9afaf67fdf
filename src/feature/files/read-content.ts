import { open } from 'node:fs/promises';
import type { ByteRange } from '../../core/files.ts';
import { freeingAsItGoes } from '../../util/garbage.ts';

const pieceBytes = 64 * 1024;

/** A file piece by piece. It is opened with the first one, and closed after the last, or when whoever reads leaves. */
export async function* readContent(path: string, { first, last }: ByteRange): AsyncGenerator<Uint8Array, void, void> {
  const free = freeingAsItGoes('minor');
  const file = await open(path, 'r');
  try {
    for (let position = first; position <= last;) {
      // A buffer for each: whoever reads may keep a piece.
      const length = Math.min(pieceBytes, last + 1 - position);
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
      if (bytesRead === 0) throw new Error(`the content of a file ends before its time: ${path}`);
      yield buffer.subarray(0, bytesRead);
      position += bytesRead;
      free(bytesRead);
    }
  } finally {
    await file.close();
  }
}
