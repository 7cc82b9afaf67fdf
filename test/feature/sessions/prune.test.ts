import { describe, expect, it } from 'vitest';
import type { FakeEngine } from '../../support/agents/fake-engine.ts';
import {
  draft,
  eventsOf,
  failure,
  openAnother,
  openSessions,
  poll,
  untilLast,
  user,
  type OpenSessions,
} from './open-sessions.ts';

const dayMs = 24 * 60 * 60 * 1000;
const keepMs = 10 * dayMs;

/** A session that has had a turn, and the transcript of it. */
async function talked(service: OpenSessions): Promise<{ id: string; transcript: string }> {
  const { id } = await service.sessions.create(undefined, draft({ events: [user('go')] }));
  await untilLast(service, id, 'idle: end_turn');
  return { id, transcript: service.engine.last.options.transcript };
}

const leftTranscripts = ({ state }: OpenSessions): unknown[] =>
  state.file.read((database): unknown[] => database.prepare('SELECT transcript FROM left_transcripts').pluck().all());

/** A later start of the service, which sweeps. */
async function startLater(before: OpenSessions, afterMs: number, keep = keepMs): Promise<OpenSessions> {
  await before.sessions.stop();
  before.state.clock.now += afterMs;
  const later = openAnother(before, { keepMs: keep });
  await later.sessions.recover();
  return later;
}

/** Failures to remove a transcript, until it is told to work again. */
function failToForget(engine: FakeEngine): () => void {
  const forget = engine.forget.bind(engine);
  engine.forget = () => Promise.reject(new Error('It cannot be removed.'));
  return () => {
    engine.forget = forget;
  };
}

const gone = (service: OpenSessions, id: string) =>
  poll(async () =>
    service.sessions.get(undefined, id).then(
      () => 'there',
      (error: unknown) => error,
    ),
  );

describe('a session in which nothing happens', () => {
  it('is deleted with its events and its transcript when it is old, and others stay', async () => {
    const first = openSessions({ keepMs });
    const old = await talked(first);
    first.state.clock.now += dayMs;
    const young = await talked(first);
    const later = await startLater(first, keepMs - dayMs);
    await gone(later, old.id).toMatchObject(failure('SESSION_NOT_FOUND'));
    await poll(() => later.engine.forgotten).toEqual([old.transcript]);
    expect(await eventsOf(later, young.id)).not.toEqual([]);
    const rows = later.state.file.read((database): unknown[] =>
      database.prepare('SELECT DISTINCT session_id FROM session_events').pluck().all(),
    );
    expect(rows).toEqual([young.id]);
    await poll(() => leftTranscripts(later)).toEqual([]);
  });

  it('is kept for an hour where none is to be kept', async () => {
    const first = openSessions({ keepMs: 0 });
    const { id } = await talked(first);
    const soon = await startLater(first, 60_000, 0);
    await soon.sessions.get(undefined, id);
    const later = await startLater(soon, 60 * 60_000, 0);
    await gone(later, id).toMatchObject(failure('SESSION_NOT_FOUND'));
  });

  it('is kept for twice as long where it waits for an answer', async () => {
    const first = openSessions({ keepMs });
    first.engine.script = (turn) => void turn.ask('call-1');
    const { id } = await first.sessions.create(undefined, draft({ events: [user('go')] }));
    await untilLast(first, id, 'idle: requires_action');
    const other = await talkedOf(first);
    const soon = await startLater(first, keepMs);
    await gone(soon, other).toMatchObject(failure('SESSION_NOT_FOUND'));
    await soon.sessions.get(undefined, id);
    const later = await startLater(soon, keepMs);
    await gone(later, id).toMatchObject(failure('SESSION_NOT_FOUND'));
  });

  it('is left alone while another service runs it', async () => {
    const first = openSessions({ keepMs, claimMs: 100 * dayMs });
    first.engine.script = (turn) => void turn.ask('call-1');
    const { id } = await first.sessions.create(undefined, draft({ events: [user('go')] }));
    const events = await untilLast(first, id, 'idle: requires_action');
    const marker = await talkedOf(first);
    first.state.clock.now += 3 * keepMs;
    const second = openAnother(first, { keepMs });
    await second.sessions.recover();
    await gone(second, marker).toMatchObject(failure('SESSION_NOT_FOUND'));
    expect(await eventsOf(second, id)).toEqual(events);
  });
});

/** A session without a turn. */
async function talkedOf({ sessions }: OpenSessions): Promise<string> {
  return (await sessions.create(undefined, draft())).id;
}

describe('a transcript that could not be removed, or that a killed service has left', () => {
  it('goes with a later sweep: of a session that has expired', async () => {
    const first = openSessions({ keepMs });
    const { id, transcript } = await talked(first);
    await first.sessions.stop();
    first.state.clock.now += keepMs;
    const second = openAnother(first, { keepMs });
    failToForget(second.engine);
    await second.sessions.recover();
    await gone(second, id).toMatchObject(failure('SESSION_NOT_FOUND'));
    expect(leftTranscripts(second)).toEqual([transcript]);
    const third = await startLater(second, 0);
    await poll(() => third.engine.forgotten).toEqual([transcript]);
    await poll(() => leftTranscripts(third)).toEqual([]);
  });

  it('goes with a later sweep: of one that was deleted, and of a turn that has left nothing else', async () => {
    const first = openSessions({ keepMs });
    const { id, transcript } = await talked(first);
    const restore = failToForget(first.engine);
    await first.sessions.delete(undefined, id);
    first.engine.script = (turn) => {
      turn.process.die();
    };
    const other = await first.sessions.create(undefined, draft({ events: [user('go')] }));
    await untilLast(first, other.id, 'idle: retries_exhausted');
    const unused = first.engine.last.options.transcript;
    await poll(() => leftTranscripts(first)).toEqual([transcript, unused]);
    restore();
    const second = await startLater(first, 0);
    await poll(() => [...second.engine.forgotten].toSorted()).toEqual([transcript, unused].toSorted());
    await poll(() => leftTranscripts(second)).toEqual([]);
  });
});
