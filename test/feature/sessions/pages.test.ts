import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PageQuery } from '../../../src/core/sessions.ts';
import { draft, eventsOf, failure, openSessions, poll, untilLast, user } from './open-sessions.ts';
import { thereAndBack, type ReadPage } from './there-and-back.ts';

/** A session with events that have happened, and some that wait. */
async function busySession() {
  const service = openSessions();
  service.engine.script = (turn) => {
    turn.say(turn.text);
    if (turn.text !== 'stay') turn.end();
  };
  const { id } = await service.sessions.create(undefined, draft({ events: [user('one'), user('two'), user('stay')] }));
  await poll(() => service.engine.texts).toHaveLength(3);
  await untilLast(service, id, 'span.model_request_end');
  await service.sessions.send(undefined, id, [user('waits'), user('waits too'), user('waits longest')]);
  return { service, id, sessions: service.sessions };
}

describe('pages of events', () => {
  it('are all events, forwards and backwards, in either order', async () => {
    const { service, sessions, id } = await busySession();
    const all = await eventsOf(service, id);
    expect(all.slice(-3).every(({ processed_at: at }) => at === null)).toBe(true);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: all.length + 1 }),
        fc.constantFrom('asc' as const, 'desc' as const),
        fc.option(fc.subarray(['user.message', 'agent.message', 'session.status_idle']), { nil: undefined }),
        async (limit, order, types) => {
          const expected = all.filter(({ type }) => types?.includes(type) ?? true);
          if (order === 'desc') expected.reverse();
          const read: ReadPage<unknown> = (query) =>
            sessions.events(undefined, id, { ...query, created: {}, ...(types !== undefined && { types }) });
          expect(await thereAndBack(read, limit, order)).toEqual({ forwards: expected, backwards: expected });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('stay as they are while events are added', async () => {
    const { sessions, id } = await busySession();
    const query = { limit: 4, order: 'asc' as const, created: {} };
    const first = await sessions.events(undefined, id, query);
    const second = await sessions.events(undefined, id, { ...query, page: first.next ?? '' });
    await sessions.update(undefined, id, { title: 'New' });
    await sessions.send(undefined, id, [user('more')]);
    expect((await sessions.events(undefined, id, { ...query, page: first.next ?? '' })).data).toEqual(second.data);
    expect((await sessions.events(undefined, id, { ...query, page: second.previous ?? '' })).data).toEqual(first.data);
  });

  it('hold what happened within bounds of time, and nothing that waits', async () => {
    const { service, sessions, id } = await busySession();
    const at = service.state.clock.now;
    const all = await eventsOf(service, id);
    service.state.clock.now += 1000;
    await sessions.update(undefined, id, { title: 'Later' });
    const types = async (created: PageQuery['created']) =>
      (await sessions.events(undefined, id, { limit: 1000, order: 'asc', created })).data.map(({ type }) => type);
    expect(await types({ after: at })).toEqual(['session.updated']);
    expect(await types({ from: at + 1000 })).toEqual(['session.updated']);
    expect(await types({ until: at })).toHaveLength(all.length - 3);
    expect(await types({ from: at, before: at })).toEqual([]);
  });

  it.each(['', 'nonsense', Buffer.from('{"towards":"next","place":[0]}').toString('base64url')])(
    'are not found by %j',
    async (page) => {
      const { sessions } = openSessions();
      const { id } = await sessions.create(undefined, draft());
      const query = { limit: 1, order: 'asc' as const, created: {}, page };
      const refusal = failure('INVALID_REQUEST', 'page');
      await expect(sessions.events(undefined, id, query)).rejects.toMatchObject(refusal);
      await expect(sessions.list(undefined, { ...query, includeArchived: true })).rejects.toMatchObject(refusal);
    },
  );
});

describe('pages of sessions', () => {
  it("are all of the owner's, also where several were created at a time", async () => {
    const { sessions, state } = openSessions();
    for (let count = 0; count < 11; count += 1) {
      await sessions.create('sha256:ann', draft());
      await sessions.create('sha256:bob', draft());
      if (count % 4 === 0) state.clock.now += 1000;
    }
    const list: ReadPage<{ id: string }> = (query) =>
      sessions.list('sha256:ann', { ...query, created: {}, includeArchived: false });
    const { data } = await list({ limit: 1000, order: 'asc' });
    expect(new Set(data.map(({ id }) => id)).size).toBe(11);
    for (const limit of [1, 2, 3, 11, 12]) {
      expect(await thereAndBack(list, limit, 'asc')).toEqual({ forwards: data, backwards: data });
      const reversed = data.toReversed();
      expect(await thereAndBack(list, limit, 'desc')).toEqual({ forwards: reversed, backwards: reversed });
    }
  });

  it('hold those that are asked for', async () => {
    const { sessions } = openSessions();
    const [plain, archived] = [await sessions.create(undefined, draft()), await sessions.create(undefined, draft())];
    await sessions.archive(undefined, archived.id);
    const ids = async (query: object) =>
      (
        await sessions.list(undefined, { limit: 9, order: 'asc', created: {}, includeArchived: false, ...query })
      ).data.map(({ id }) => id);
    expect(await ids({})).toEqual([plain.id]);
    expect(await ids({ includeArchived: true })).toEqual([plain.id, archived.id]);
    expect(await ids({ agent: 'other' })).toEqual([]);
    expect(await ids({ agent: 'coder', version: 1 })).toEqual([plain.id]);
    expect(await ids({ agent: 'coder', version: 2 })).toEqual([]);
    expect(await ids({ statuses: ['running', 'terminated'] })).toEqual([]);
    expect(await ids({ statuses: ['idle'] })).toEqual([plain.id]);
    expect(await ids({ created: { before: plain.createdAt } })).toEqual([]);
  });
});
