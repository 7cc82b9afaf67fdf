import type { EarlierMessage } from '../../core/agent-engine.ts';
import type { SessionEvent } from '../../core/session-event.ts';
import type { EventQuery } from '../../core/sessions.ts';
import type { StateDatabase } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';
import { promised } from '../../util/promised.ts';
import { acceptEvents, type GivenAnswer } from './accept-events.ts';
import { findCall, listCalls, type CallState, type StoredCall } from './call-table.ts';
import { commitChange, updateSession } from './commit-change.ts';
import { firstQueued, listQueue, type QueuedEvent, type WaitingEvent } from './event-queue.ts';
import { fromEarlierEvents } from './earlier-messages.ts';
import {
  eventsAfter,
  findAnswers,
  findEarlier,
  findEvents,
  lastEventAt,
  lastPlace,
  placeOfEvent,
} from './event-table.ts';
import { listEntries, type ListedEvent } from './list-events.ts';
import type { Order, Place } from './page-cursor.ts';
import type { NewEvent, PlacedEvent, SessionChange, SessionUpdate } from './session-change.ts';

/** Where the events of sessions are kept. Each method rejects with a HarnessError (INTERNAL) when it can't be used. */
export interface EventStore {
  /** All events wait from then on, or none: rejects with `SESSION_CONFLICT` where a call was answered before. */
  accept(sessionId: string, events: readonly WaitingEvent[], answers: readonly GivenAnswer[]): Promise<void>;
  /** Undefined, and nothing happens, where the session is gone or another service has taken it over. */
  commit(change: SessionChange): Promise<readonly PlacedEvent[] | undefined>;
  /** The same, of what needs no right to run it. */
  update(
    sessionId: string,
    update: SessionUpdate,
    event: NewEvent | undefined,
    at: number,
  ): Promise<readonly PlacedEvent[] | undefined>;
  /** Events behind a place, in order; undefined where the session is gone. */
  after(sessionId: string, seq: number, limit: number): Promise<readonly PlacedEvent[] | undefined>;
  /** 0 where nothing has happened yet; undefined where the session is gone. */
  lastSeq(sessionId: string): Promise<number | undefined>;
  /** When the last event took effect, in milliseconds since the epoch. */
  lastEventAt(sessionId: string): Promise<number | undefined>;
  seqOf(sessionId: string, eventId: string): Promise<number | undefined>;
  /** Those of them that have taken effect. */
  find(sessionId: string, ids: readonly string[]): Promise<readonly SessionEvent[]>;
  /** What clients have said to the calls of these events, in order. */
  answersTo(sessionId: string, eventIds: readonly string[]): Promise<readonly SessionEvent[]>;
  /** With those that wait, at the end. */
  list(
    sessionId: string,
    query: Pick<EventQuery, 'types' | 'created'>,
    range: { from: Place | undefined; order: Order; limit: number },
  ): Promise<readonly ListedEvent[]>;
  firstQueued(sessionId: string, which: 'urgent' | 'message'): Promise<QueuedEvent | undefined>;
  /** The place of the newest event that waits. */
  lastQueued(sessionId: string): Promise<number | undefined>;
  findCall(sessionId: string, by: { callId: string } | { eventId: string }): Promise<StoredCall | undefined>;
  calls(sessionId: string, states: readonly CallState[]): Promise<readonly StoredCall[]>;
  /** All system messages that have taken effect, in order. */
  systemMessages(sessionId: string): Promise<readonly string[]>;
  /** What was said before its first turn. */
  earlierMessages(sessionId: string): Promise<readonly EarlierMessage[]>;
}

/** The events of sessions in the state file, whose own methods are not asynchronous. */
export function createEventStore(stateFile: StateFile): EventStore {
  const read = <T>(work: (database: StateDatabase) => T): Promise<T> => promised(() => stateFile.read(work));
  const write = <T>(work: (database: StateDatabase) => T): Promise<T> => promised(() => stateFile.write(work));
  return {
    accept: (sessionId, events, answers) =>
      write((database) => {
        acceptEvents(database, sessionId, events, answers);
      }),
    commit: (change) => write((database) => commitChange(database, change)),
    update: (sessionId, update, event, at) =>
      write((database) => updateSession(database, sessionId, update, event, at)),
    after: (sessionId, seq, limit) => read((database) => eventsAfter(database, sessionId, seq, limit)),
    lastSeq: (sessionId) => read((database) => lastPlace(database, sessionId)),
    lastEventAt: (sessionId) => read((database) => lastEventAt(database, sessionId)),
    seqOf: (sessionId, eventId) => read((database) => placeOfEvent(database, sessionId, eventId)),
    find: (sessionId, ids) => read((database) => findEvents(database, sessionId, { ids })),
    answersTo: (sessionId, eventIds) => read((database) => findAnswers(database, sessionId, eventIds)),
    list: (sessionId, query, range) => read((database) => listEntries(database, sessionId, query, range)),
    firstQueued: (sessionId, which) => read((database) => firstQueued(database, sessionId, which)),
    lastQueued: (sessionId) => read((database) => listQueue(database, sessionId).at(-1)?.position),
    findCall: (sessionId, by) => read((database) => findCall(database, sessionId, by)),
    calls: (sessionId, states) => read((database) => listCalls(database, sessionId, states)),
    systemMessages: (sessionId) =>
      read((database) => findEvents(database, sessionId, { type: 'system.message' }).flatMap(textsOf)),
    earlierMessages: (sessionId) => read((database) => fromEarlierEvents(findEarlier(database, sessionId))),
  };
}

function textsOf(event: SessionEvent): string[] {
  return event.type === 'system.message' ? [event.content.map(({ text }) => text).join('\n')] : [];
}
