import type { Response } from 'express';
import { HarnessError } from '../core/errors.ts';
import type { ActiveWork } from '../exchange/active-work.ts';

/** A signal that aborts when the client goes away before the answer is complete, or when the work is ended. */
export function trackConnection(res: Response, active: ActiveWork): AbortSignal {
  const { signal, abort: abortWith, end } = active.begin();
  const abort = (): void => {
    abortWith(new HarnessError('ABORTED', 'The client closed the connection.'));
  };
  // Unpacking a body takes its time: the client may have left meanwhile, and `close` does not come again.
  if (res.closed) {
    abort();
    end();
    return signal;
  }
  res.once('close', () => {
    if (!res.writableFinished) abort();
    end();
  });
  return signal;
}
