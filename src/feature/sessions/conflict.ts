import { HarnessError } from '../../core/errors.ts';

/** What a session can't take now; the message says what to do. */
export function conflict(message: string): HarnessError {
  return new HarnessError('SESSION_CONFLICT', message);
}
