import type { AcceptedEvent, ClientEvent, SessionEvent } from '../../core/session-event.ts';
import { alreadyAnswered } from './accept-events.ts';
import { checkClientEvents } from './check-client-events.ts';
import { conflict } from './conflict.ts';
import type { WaitingEvent } from './event-queue.ts';
import { checkFiles } from './named-files.ts';
import type { RunContext } from './run-context.ts';
import type { StoredSession } from './session-row.ts';

/** Checks what a client sends, and lets all of it wait. Throws `INVALID_REQUEST`, `SESSION_CONFLICT` or what is wrong with a file. */
export async function acceptFromClient(
  context: RunContext,
  { id, owner, archivedAt, status }: StoredSession,
  events: readonly ClientEvent[],
  isOwner: boolean,
): Promise<readonly WaitingEvent[]> {
  if (archivedAt !== undefined) throw conflict('The session is archived and takes no more events.');
  if (status === 'terminated') throw conflict('The session has ended and takes no more events; create another.');
  const findEvent = async (eventId: string) => (await context.events.find(id, [eventId]))[0];
  const answers = await checkClientEvents(events, { isOwner, findEvent });
  for (const { eventId, param } of answers) {
    if (isOverdue(context, await findEvent(eventId))) throw alreadyAnswered(eventId, param);
  }
  await checkFiles(context.fileContents, owner, events, 'events');
  const accepted = withIds(context, events);
  await context.events.accept(id, accepted, answers);
  return accepted;
}

/** Whether the time in which a question may be answered is over, though nobody may have denied it yet. */
function isOverdue({ askTimeoutMs, now }: RunContext, call: SessionEvent | undefined): boolean {
  if (askTimeoutMs === undefined || call?.processed_at == null || call.type === 'agent.custom_tool_use') return false;
  return Date.parse(call.processed_at) + askTimeoutMs <= now();
}

export function withIds({ newEventId }: RunContext, events: readonly ClientEvent[]): readonly WaitingEvent[] {
  return events.map((event) => ({ id: newEventId(), event }));
}

/** As they are now: some have taken effect, others wait. */
export async function asAccepted(
  { events }: RunContext,
  sessionId: string,
  accepted: readonly WaitingEvent[],
): Promise<readonly AcceptedEvent[]> {
  const ids = accepted.map(({ id }) => id);
  const happened = new Map((await events.find(sessionId, ids)).map((event) => [event.id, event.processed_at]));
  return accepted.map(({ id, event }) => ({ ...event, id, processed_at: happened.get(id) ?? null }));
}
