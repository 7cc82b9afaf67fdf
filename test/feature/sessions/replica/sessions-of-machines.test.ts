import { describe, expect, it } from 'vitest';
import type { ClientEvent } from '../../../../src/core/session-event.ts';
import type { PageQuery, Session } from '../../../../src/core/sessions.ts';
import { draft, eventsOf, failure, idOf, poll, untilLast, user } from '../open-sessions.ts';
import { thereAndBack, type ReadPage } from '../there-and-back.ts';
import { everything, openMachine, openReplicaFile, withoutMachine, type OpenMachine } from './open-machines.ts';

/** Two machines over one database; the first one has a session that is idle, asks something and has a message that waits. */
async function openTwo() {
  const shared = await openReplicaFile();
  const machine = await openMachine(shared.state, { instance: 2 });
  const other = await openMachine(shared.again());
  machine.engine.script = async (turn) => {
    turn.say('May I?');
    await turn.ask('call');
  };
  const { id } = await machine.sessions.create(undefined, draft({ events: [user('go')] }));
  await untilLast(machine, id, 'idle: requires_action');
  await machine.sessions.send(undefined, id, [user('waits')]);
  const own = await eventsOf(machine, id);
  await poll(async () => (await allEvents(other, id)).length).toBe(own.length);
  return { machine, other, id, own };
}

const query = { limit: 1000, order: 'asc', created: {} } as const;

const allEvents = async ({ foreign }: OpenMachine, id: string) =>
  foreign.events(id, query, { from: undefined, order: 'asc', limit: 1000 });

const signal = () => new AbortController().signal;

describe('a session of another machine', () => {
  it('is got with its events, page by page in either order, and says where it is', async () => {
    const { machine, other, id, own } = await openTwo();
    const session = await other.all.get(undefined, id);
    expect(session.machine).toBe('garage (server.instance 2)');
    expect(withoutMachine(session)).toEqual(await machine.sessions.get(undefined, id));
    for (const order of ['asc', 'desc'] as const) {
      const expected = order === 'asc' ? own : own.toReversed();
      for (const limit of [1, 2, 3, own.length, own.length + 1]) {
        const read: ReadPage<unknown> = (page) => other.all.events(undefined, id, { ...page, created: {} });
        expect(await thereAndBack(read, limit, order)).toEqual({ forwards: expected, backwards: expected });
      }
    }
    const { data } = await other.all.events(undefined, id, { ...query, types: ['user.message', 'agent.message'] });
    expect(data.map(({ type }) => type)).toEqual(['user.message', 'agent.message', 'user.message']);
    const until = { until: machine.state.clock.now };
    expect((await other.all.events(undefined, id, { ...query, created: until })).data).toEqual(own.slice(0, -1));
  });

  it('can only be read: the refusal says where it is, and nothing happens to it', async () => {
    const { machine, other, id, own } = await openTwo();
    const call = idOf(own, 'agent.tool_use');
    const allow: ClientEvent = { type: 'user.tool_confirmation', tool_use_id: call, result: 'allow' };
    const { all } = other;
    const attempts = [
      () => all.send(undefined, id, [user('more')]),
      () => all.send(undefined, id, [allow]),
      () => all.follow(undefined, id, { previews: false }, signal()),
      () => all.update(undefined, id, { title: 'x' }),
      () => all.archive(undefined, id),
      () => all.delete(undefined, id),
      () => all.create(undefined, draft({ forkOf: id })),
      () => all.question(undefined, call),
    ];
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toMatchObject({
        code: 'SESSION_CONFLICT',
        message:
          'This session is on the machine garage (server.instance 2), which alone can go on with it or change it; here it can only be read. Send the request to that machine, or start it if it is down.',
      });
    }
    expect(await eventsOf(machine, id)).toEqual(own);
    expect((await other.sessions.list(undefined, everything)).data).toEqual([]);
  });

  it('does not exist for whoever it is not, nor does one that no machine has', async () => {
    const { other, id } = await openTwo();
    for (const [caller, asked] of [
      ['bob', id],
      [undefined, 'sesn_none'],
    ] as const) {
      await expect(other.all.get(caller, asked)).rejects.toMatchObject(failure('SESSION_NOT_FOUND'));
      await expect(other.all.events(caller, asked, query)).rejects.toMatchObject(failure('SESSION_NOT_FOUND'));
      await expect(other.all.send(caller, asked, [user('x')])).rejects.toMatchObject(failure('SESSION_NOT_FOUND'));
    }
    await expect(other.all.question(undefined, 'sevt_none')).rejects.toMatchObject(failure('SESSION_NOT_FOUND'));
  });
});

describe('a session of this machine', () => {
  it('is gone as soon as it is deleted, also where the database does not know of that', async () => {
    const { machine, other, id } = await openTwo();
    machine.database.isReadOnly = true;
    await machine.all.delete(undefined, id);
    await expect(machine.all.get(undefined, id)).rejects.toMatchObject(failure('SESSION_NOT_FOUND'));
    expect((await machine.all.list(undefined, everything)).data).toEqual([]);
    expect(await other.foreign.find(undefined, id)).toBeDefined();
  });

  it('is had as ever while the database is out of reach, which is said of all others and of lists', async () => {
    const { machine, id, own } = await openTwo();
    machine.database.isDown = true;
    expect(await machine.all.get(undefined, id)).toEqual(await machine.sessions.get(undefined, id));
    expect((await machine.all.events(undefined, id, query)).data).toEqual(own);
    await machine.all.follow(undefined, id, { previews: false }, signal());
    await machine.all.send(undefined, id, [user('more')]);
    expect(await machine.all.question(undefined, idOf(own, 'agent.tool_use'))).toMatchObject({ status: 'pending' });
    expect(await machine.all.create(undefined, draft())).toMatchObject({ status: 'idle' });
    const isOutOfReach = { code: 'INTERNAL', message: "The database can't be used." };
    await expect(machine.all.get(undefined, 'sesn_other')).rejects.toMatchObject(isOutOfReach);
    await expect(machine.all.events(undefined, 'sesn_other', query)).rejects.toMatchObject(isOutOfReach);
    await expect(machine.all.list(undefined, everything)).rejects.toMatchObject(isOutOfReach);
  });
});

describe('the list of sessions', () => {
  it('has those of all machines, page by page in either order', async () => {
    const shared = await openReplicaFile();
    const machines = [await openMachine(shared.state), await openMachine(shared.again())] as const;
    const created: Session[] = [];
    for (const step of [0, 1, 1, 0, 0, 0, 1]) {
      for (const { state } of machines) state.clock.now += 1000;
      created.push(await machines[step === 0 ? 0 : 1].sessions.create(undefined, draft()));
      // At the same time as the one before.
      if (step === 1) created.push(await machines[0].sessions.create(undefined, draft()));
    }
    const ids = created.toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
    for (const { all } of machines) {
      await poll(async () => (await all.list(undefined, everything)).data.length).toBe(ids.length);
      for (const order of ['asc', 'desc'] as const) {
        const expected = order === 'asc' ? ids : ids.toReversed();
        for (const limit of [1, 3, ids.length]) {
          const read: ReadPage<string> = async (page: Pick<PageQuery, 'limit' | 'page' | 'order'>) => {
            const found = await all.list(undefined, { ...everything, ...page });
            return { ...found, data: found.data.map(({ id }) => id) };
          };
          expect(await thereAndBack(read, limit, order)).toEqual({ forwards: expected, backwards: expected });
        }
      }
    }
    const { data } = await machines[0].all.list(undefined, everything);
    const isForeign = data.map(({ machine }) => machine === 'garage');
    const isOfOther = await Promise.all(
      data.map(({ id }) =>
        machines[1].sessions.get(undefined, id).then(
          () => true,
          () => false,
        ),
      ),
    );
    expect(isForeign).toEqual(isOfOther);
  });
});
