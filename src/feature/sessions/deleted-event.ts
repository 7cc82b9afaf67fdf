import type { SessionEvent } from '../../core/session-event.ts';
import type { RunContext } from './run-context.ts';

/** What watchers of a session that is deleted see last. It is never kept. */
export function deletedEvent({ newEventId, now }: Pick<RunContext, 'newEventId' | 'now'>): SessionEvent {
  return { type: 'session.deleted', id: newEventId(), processed_at: new Date(now()).toISOString() };
}
