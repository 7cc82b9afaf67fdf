import { describe, expect, it } from 'vitest';
import {
  brief,
  draft,
  eventsOf,
  failure,
  openSessions,
  poll,
  untilLast,
  user,
  watch,
  type OpenSessions,
} from './open-sessions.ts';

/** Runs turns one after the other. */
async function runTurns(service: OpenSessions, id: string, turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    const before = service.engine.texts.length;
    await service.sessions.send(undefined, id, [user(`turn ${turn}`)]);
    await poll(() => service.engine.texts.length).toBe(before + 1);
    await untilLast(service, id, 'idle: end_turn');
  }
}

async function openSession() {
  const service = openSessions();
  const { id } = await service.sessions.create(undefined, draft());
  return { ...service, service, id };
}

describe('who follows a session', () => {
  it('sees from now on, each event once and as it is kept', async () => {
    const { service, id } = await openSession();
    await runTurns(service, id, 1);
    const before = await eventsOf(service, id);
    const { seen } = await watch(service, id);
    await runTurns(service, id, 2);
    const events = await eventsOf(service, id);
    await poll(() => seen).toEqual(events.slice(before.length));
  });

  it('sees from any event on, while more happens', async () => {
    const { service, id } = await openSession();
    await runTurns(service, id, 40);
    const before = await eventsOf(service, id);
    // More than are read at a time, and than are at hand.
    expect(before.length).toBeGreaterThan(200);
    const watches = await Promise.all(before.slice(0, 12).map((event) => watch(service, id, { after: event.id })));
    await runTurns(service, id, 3);
    const events = await eventsOf(service, id);
    for (const [index, { seen }] of watches.entries()) {
      await poll(() => seen.length).toBe(events.length - index - 1);
      expect(seen).toEqual(events.slice(index + 1));
    }
  });

  it('cannot go on from an event that has not happened', async () => {
    const { service, sessions, engine, id } = await openSession();
    engine.script = () => undefined;
    const sent = await sessions.send(undefined, id, [user('one'), user('two')]);
    await untilLast(service, id, 'user.message: one');
    for (const after of ['sevt_none', sent[1]?.id ?? '']) {
      await expect(watch(service, id, { after })).rejects.toMatchObject(failure('INVALID_REQUEST', 'after'));
    }
  });

  it('may be many, of whom slow ones hold nobody', async () => {
    const { service, sessions, id } = await openSession();
    const left = new AbortController();
    const slow = await sessions.follow(undefined, id, { previews: true }, left.signal);
    const fetched = slow[Symbol.asyncIterator]();
    const first = fetched.next();
    const watches = await Promise.all(Array.from({ length: 100 }, () => watch(service, id)));
    await runTurns(service, id, 30);
    const events = await eventsOf(service, id);
    for (const { seen } of watches) await poll(() => seen.length).toBe(events.length);
    for (const { seen } of watches) expect(seen).toEqual(events);
    const all = [(await first).value as object];
    while (all.filter((event) => !('event_id' in event) && !('event' in event)).length < events.length) {
      all.push((await fetched.next()).value as object);
    }
    // Of the texts it has missed it gets the whole messages.
    expect(all.filter((event) => 'processed_at' in event)).toEqual(events);
    left.abort();
    expect((await fetched.next()).done).toBe(true);
  });

  it('sees texts as they are written only if asked, and under the id of their message', async () => {
    const { service, id } = await openSession();
    const plain = await watch(service, id);
    const eager = await watch(service, id, { previews: true });
    await runTurns(service, id, 1);
    const events = await eventsOf(service, id);
    await poll(() => plain.seen).toEqual(events);
    await poll(() => eager.seen.at(-1)).toEqual(events.at(-1));
    const told = eager.seen.map(brief).join(' | ');
    expect(told).toMatch(/span.model_request_start \| event_start \| (delta: [^|]* \| )+agent.message: re: turn 0/);
    const message = events.find(({ type }) => type === 'agent.message');
    expect(eager.seen.find(({ type }) => type === 'event_start')).toMatchObject({ event: { id: message?.id } });
    const deltas = eager.seen.flatMap((event) => (event.type === 'event_delta' ? [event] : []));
    expect(deltas.map(({ delta }) => delta.content.text).join('')).toBe('re: turn 0');
    expect(deltas.every((delta) => delta.event_id === message?.id)).toBe(true);
  });

  it('who comes in the middle of a text sees the next one from its start', async () => {
    const { service, engine, sessions, id } = await openSession();
    engine.script = (turn) => {
      turn.emit({ type: 'text_started', text: 1 }, { type: 'text_delta', text: 1, delta: 'a' });
    };
    await sessions.send(undefined, id, [user('go')]);
    await poll(() => engine.texts).toEqual(['go']);
    const eager = await watch(service, id, { previews: true });
    engine.last.emit({ type: 'text_delta', text: 1, delta: 'b' });
    engine.last.emit({ type: 'text_ended', text: 1, whole: 'ab' });
    engine.last.turns[0]?.say('cd');
    await untilLast(service, id, 'span.model_request_end');
    await poll(() => eager.seen.at(-1)?.type).toBe('span.model_request_end');
    const whole = eager.seen.map(brief).join(' | ');
    expect(whole).toMatch(/^agent.message: ab \| span.model_request_start \| event_start \| .*agent.message: cd/);
    expect(whole).not.toContain('delta: b');
  });

  it('sees the deletion last', async () => {
    const { service, sessions, id } = await openSession();
    const { seen, over } = await watch(service, id);
    await sessions.delete(undefined, id);
    await over;
    expect(seen.map(({ type }) => type)).toEqual(['session.deleted']);
  });

  it('leaves when it aborts', async () => {
    const { service, id } = await openSession();
    const { over, leave } = await watch(service, id);
    leave();
    await over;
  });
});
