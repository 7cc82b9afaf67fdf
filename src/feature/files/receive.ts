import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { freeingAsItGoes } from '../../util/garbage.ts';
import { TextCheck } from './text-check.ts';

/** What was written. */
export interface Received {
  bytes: number;
  /** Hex. */
  sha256: string;
  isText: boolean;
}

/** Writes more at once: a disk takes a few large pieces better than many small ones. */
const bufferBytes = 128 * 1024;

/**
 * Writes what comes to a new file, which is on disk for good when this settles. `onPiece` is called before each piece is
 * written, with its length. Throws what it throws, what `content` throws, and errors of the system.
 */
export async function receive(
  content: AsyncIterable<Uint8Array>,
  path: string,
  onPiece: (bytes: number) => void,
): Promise<Received> {
  const file = await open(path, 'wx', 0o600);
  try {
    const received = await writeAll(content, file, onPiece);
    await file.datasync();
    return received;
  } finally {
    await file.close();
  }
}

async function writeAll(
  content: AsyncIterable<Uint8Array>,
  file: FileHandle,
  onPiece: (bytes: number) => void,
): Promise<Received> {
  const hash = createHash('sha256');
  const text = new TextCheck();
  const free = freeingAsItGoes('minor');
  const buffer = Buffer.allocUnsafe(bufferBytes);
  let filled = 0;
  let bytes = 0;
  for await (const piece of content) {
    onPiece(piece.length);
    bytes += piece.length;
    hash.update(piece);
    text.push(piece);
    if (filled + piece.length > buffer.length) {
      await file.writeFile(buffer.subarray(0, filled));
      filled = 0;
    }
    if (piece.length > buffer.length) await file.writeFile(piece);
    else filled += Buffer.from(piece.buffer, piece.byteOffset, piece.length).copy(buffer, filled);
    free(piece.length);
  }
  await file.writeFile(buffer.subarray(0, filled));
  return { bytes, sha256: hash.digest('hex'), isText: text.isText };
}
