import type { SessionEvent } from '../../core/session-event.ts';
import type { Caller, Sessions } from '../../core/sessions.ts';

/** The last event of a type in a session; a client's may still wait for its turn. */
export async function lastEvent(
  sessions: Sessions,
  { caller, sessionId }: { caller: Caller; sessionId: string },
  type: SessionEvent['type'],
): Promise<SessionEvent | undefined> {
  const { data } = await sessions.events(caller, sessionId, { types: [type], limit: 1, order: 'desc', created: {} });
  return data[0];
}
