import { setImmediate as afterOthers } from 'node:timers/promises';
import type { Response } from 'express';
import type { HarnessError } from '../core/errors.ts';
import type { StreamFormat } from '../core/stream-format.ts';
import { toErrorEvent } from '../dialect/anthropic-messages/errors.ts';
import { EventStream } from './event-stream.ts';
import { recordOf } from './record-of.ts';
import type { RouteServices } from './routes/route.ts';

type Follow = (signal: AbortSignal) => Promise<AsyncIterable<object>>;

export interface FollowLiveOptions extends Pick<RouteServices, 'silenceMs' | 'watching' | 'log'> {
  format: StreamFormat;
  /** A failure as the last event; Anthropic's by default. */
  toFailure?: (error: HarnessError, requestId: string) => object;
}

/**
 * Sends what happens with agents until that has an end, the client leaves, or the service stops. The headers go out when
 * no later event can be missed. A failure before that has its own status; a later one is the last event.
 */
export async function followLive(
  follow: Follow,
  res: Response,
  { format, toFailure = toErrorEvent, silenceMs, watching, log }: FollowLiveOptions,
): Promise<void> {
  const left = new AbortController();
  res.once('close', () => {
    left.abort();
  });
  const events = await follow(left.signal);
  const stream = new EventStream(res, { silenceMs, format });
  stream.open();
  let sent = 0;
  const { signal: stopping, end } = watching.begin();
  stopping.addEventListener('abort', () => {
    void untilQuiet(() => sent).then(() => {
      left.abort();
    });
  });
  try {
    for await (const event of events) {
      await stream.send([event]);
      sent += 1;
    }
  } catch (reason) {
    const record = recordOf(res);
    const error = record.failed(reason);
    if (error.code === 'INTERNAL') log.error('internal error', { request_id: record.requestId, error: reason });
    await stream.send([toFailure(error, record.requestId)]);
  } finally {
    stream.close();
    if (res.closed) end();
    else res.once('close', end);
  }
}

/** Settles when nothing that was ready to be sent is left. */
async function untilQuiet(sent: () => number): Promise<void> {
  let before: number;
  do {
    before = sent();
    await afterOthers();
  } while (sent() !== before);
}
