import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Writes results to a file as they come. */
export async function saveResults(results: AsyncIterable<Uint8Array>, path: string): Promise<void> {
  await pipeline(Readable.from(results), createWriteStream(path));
}
