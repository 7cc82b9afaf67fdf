import type { Response } from 'express';
import type { BackgroundRun } from '../feature/responses/background-run.ts';
import { HarnessError } from '../core/errors.ts';
import { EventStream } from './event-stream.ts';
import { responseEvents } from '../dialect/openai-shared/stream-format.ts';

/**
 * Sends the events of a background answer from the `start`-th on, those that are to come as they come. The answer does
 * not need its followers: one that leaves misses the rest, and may come back. Throws `INVALID_REQUEST`.
 */
export async function followResponse(
  run: BackgroundRun | undefined,
  start: number,
  res: Response,
  silenceMs: number,
): Promise<void> {
  const left = new AbortController();
  const events = run?.follow(start, left.signal);
  if (events === undefined) {
    const message =
      'stream is only available for background responses that were created with stream: true, while they run and for ten minutes afterwards.';
    throw new HarnessError('INVALID_REQUEST', message, { param: 'stream' });
  }
  res.once('close', () => {
    left.abort();
  });
  const stream = new EventStream(res, { silenceMs, format: responseEvents });
  try {
    for await (const event of events) await stream.send([event]);
    await stream.done();
  } finally {
    stream.close();
  }
}
