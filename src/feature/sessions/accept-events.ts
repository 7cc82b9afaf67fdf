import { HarnessError } from '../../core/errors.ts';
import type { StateDatabase } from '../../state/database.ts';
import { markAnswered } from './call-table.ts';
import { enqueue, type WaitingEvent } from './event-queue.ts';

/** A decision or result that one of the accepted events gives. */
export interface GivenAnswer {
  /** The id of the call's event. */
  eventId: string;
  /** The field that names it. */
  param: string;
}

/** Within one transaction, so that of two answers to a call one is accepted, whichever services they reach. */
export function acceptEvents(
  database: StateDatabase,
  sessionId: string,
  events: readonly WaitingEvent[],
  answers: readonly GivenAnswer[],
): void {
  for (const { eventId, param } of answers) {
    if (!markAnswered(database, sessionId, eventId)) throw alreadyAnswered(eventId, param);
  }
  for (const event of events) enqueue(database, sessionId, event);
}

export function alreadyAnswered(eventId: string, param: string): HarnessError {
  const message = `The call ${eventId} needs no answer any more: it was answered or withdrawn before. Look at the session's events.`;
  return new HarnessError('SESSION_CONFLICT', message, { param });
}
