import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { counted } from '../counted.ts';
import { Progress, type ProgressOptions } from '../progress.ts';

/** Writes results to a file as they come, which has its name once all are there. */
export async function saveResults(
  results: AsyncIterable<Uint8Array>,
  path: string,
  options: ProgressOptions,
): Promise<void> {
  const progress = new Progress(options);
  const part = `${path}.part`;
  try {
    await pipeline(Readable.from(counted(results, progress.transfer('results'))), createWriteStream(part));
  } finally {
    progress.end();
  }
  await rename(part, path);
}
