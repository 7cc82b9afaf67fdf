import { HarnessError } from '../../core/errors.ts';
import type { SessionEvent } from '../../core/session-event.ts';
import type { Caller, Sessions } from '../../core/sessions.ts';

export interface OwnTurn {
  caller: Caller;
  sessionId: string;
  /** The id of the event of the user's message. */
  messageId: string;
}

/** Interrupts the turn of a message as soon as it has begun, and nobody else's. */
export async function interruptTurn(sessions: Sessions, { caller, sessionId, messageId }: OwnTurn): Promise<void> {
  const begun = new AbortController();
  try {
    const events = await sessions.follow(caller, sessionId, { previews: false }, begun.signal);
    const types = ['user.message'];
    const { data } = await sessions.events(caller, sessionId, { types, limit: 100, order: 'desc', created: {} });
    const place = data.findIndex(({ id }) => id === messageId);
    // Another message has had its turn since.
    if (data.slice(0, place).some(hasBegun) || place === -1) return;
    if (!hasBegun(data[place])) for await (const event of events) if ('id' in event && event.id === messageId) break;
    await sessions.send(caller, sessionId, [{ type: 'user.interrupt' }]);
  } catch (error) {
    // A session that is gone, or a service that stops, has ended its turn already.
    if (!(error instanceof HarnessError) || !['SESSION_NOT_FOUND', 'DRAINING'].includes(error.code)) throw error;
  } finally {
    begun.abort();
  }
}

function hasBegun(event: SessionEvent | undefined): boolean {
  return event?.processed_at != null;
}
