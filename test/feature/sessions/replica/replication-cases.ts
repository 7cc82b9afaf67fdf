import { describe, expect, it, vi } from 'vitest';
import { first } from '../../../../src/state/shared-state.ts';
import { countRows, type OpenShared } from '../../../state/open-shared.ts';
import { brief, draft, eventsOf, kill, openSessions, poll, profile, untilLast, user } from '../open-sessions.ts';
import { everything, openMachine, openOver, withoutMachine, type OpenMachine } from './open-machines.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** A session that has had a turn. */
async function talked(machine: OpenMachine, text = 'go', caller?: string): Promise<string> {
  const { id } = await machine.sessions.create(caller, draft({ events: [user(text)] }));
  await untilLast(machine, id, 'idle: end_turn', caller);
  return id;
}

/** What another machine reads of a session: the session and all of its events. */
async function readBy(other: OpenMachine, id: string, caller?: string) {
  const session = await other.foreign.find(caller, id);
  const range = { from: undefined, order: 'asc', limit: 1000 } as const;
  const events = (await other.foreign.events(id, { created: {} }, range)).map(({ event }) => event);
  return { session: session && withoutMachine(session), events };
}

/** What its own machine says of it. */
async function ownOf(machine: OpenMachine, id: string, caller?: string) {
  return { session: await machine.sessions.get(caller, id), events: await eventsOf(machine, id, caller) };
}

async function untilEqual(other: OpenMachine, machine: OpenMachine, id: string, caller?: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const own = await ownOf(machine, id, caller);
      expect(await readBy(other, id, caller)).toEqual({
        events: own.events,
        session: {
          ...own.session,
          agent: { ...own.session.agent, profile: { ...own.session.agent.profile, tokens: [] } },
        },
      });
    },
    { timeout: 5000, interval: 5 },
  );
}

const untilRefused = ({ database }: OpenMachine) => poll(() => database.refusals).toBeGreaterThan(0);
const untilGone = (other: OpenMachine, id: string) => poll(() => other.foreign.find(undefined, id)).toBeUndefined();

/** What holds in every kind of shared state. */
export function describeReplication(openShared: () => Promise<OpenShared>): void {
  async function openTwo(options: Parameters<typeof openMachine>[1] = {}) {
    const shared = await openShared();
    const machine = await openMachine(shared.state, options);
    const other = await openMachine(shared.again());
    return { shared, machine, other };
  }

  describe('a session', () => {
    it('is read by another machine as its own has it, with what waits, and with what happens later', async () => {
      const { machine, other } = await openTwo();
      machine.engine.script = (turn) => {
        turn.say(turn.text);
        if (turn.text !== 'stay') turn.end();
      };
      const { id } = await machine.sessions.create(
        undefined,
        draft({ title: 'Tidy up', metadata: { a: 'b' }, maxCostUsd: 2, overrides: { model: 'claude-opus-5' } }),
      );
      await untilEqual(other, machine, id);
      await machine.sessions.send(undefined, id, [user('one'), user('stay'), user('waits')]);
      await untilLast(machine, id, 'span.model_request_end');
      await untilEqual(other, machine, id);
      await machine.sessions.send(undefined, id, [user('waits too')]);
      await untilEqual(other, machine, id);
      expect((await readBy(other, id)).events.slice(-2).map(brief)).toEqual([
        'user.message: waits',
        'user.message: waits too',
      ]);
      await machine.sessions.send(undefined, id, [{ type: 'user.interrupt' }]);
      await untilLast(machine, id, 'idle: end_turn');
      await machine.sessions.update(undefined, id, { title: 'Done' });
      await machine.sessions.archive(undefined, id);
      await untilEqual(other, machine, id);
      expect((await readBy(other, id)).session).toMatchObject({ title: 'Done', archivedAt: machine.state.clock.now });
    });

    it('is there for its caller alone', async () => {
      const { machine, other } = await openTwo();
      const id = await talked(machine, 'go', 'ada');
      await untilEqual(other, machine, id, 'ada');
      const [event] = await eventsOf(machine, id, 'ada');
      for (const caller of [undefined, 'bob']) {
        expect(await other.foreign.find(caller, id)).toBeUndefined();
        expect(await other.foreign.findByEvent(caller, event?.id ?? '')).toBeUndefined();
        expect(await other.foreign.list(caller, everything, { from: undefined, order: 'asc', limit: 10 })).toEqual([]);
      }
      expect(await other.foreign.findByEvent('ada', event?.id ?? '')).toMatchObject({ id });
    });

    it('has nothing in the database that is a secret of its machine', async () => {
      const secret = 'hunter2';
      const { machine, other } = await openTwo({
        profiles: [
          {
            ...profile,
            tokens: [secret],
            mcpServers: {
              mail: {
                type: 'stdio',
                command: '/usr/bin/mail',
                args: ['--password', secret],
                env: { PASSWORD: secret },
              },
              web: { type: 'http', url: `https://ada:${secret}@mcp.example/x?key=${secret}`, headers: { a: secret } },
            },
          },
        ],
      });
      const id = await talked(machine, 'go', secret);
      await poll(async () => (await other.foreign.find(secret, id))?.agent.profile.mcpServers).toEqual({
        mail: { type: 'stdio', command: '/usr/bin/mail', args: [], env: {} },
        web: { type: 'http', url: 'https://mcp.example/x', headers: {} },
      });
      const written = machine.database.transactions.flat().map((step) => ('values' in step ? step.values : {}));
      expect(JSON.stringify(written.map(({ owner: _, ...values }) => values))).not.toContain(secret);
    });

    it('is gone for others when it was deleted, also while the database was out of reach', async () => {
      const { machine, other } = await openTwo();
      const ids = [await talked(machine), await talked(machine)] as const;
      for (const id of ids) await untilEqual(other, machine, id);
      await machine.sessions.delete(undefined, ids[0]);
      await untilGone(other, ids[0]);
      machine.database.isDown = true;
      await machine.sessions.delete(undefined, ids[1]);
      expect(deletionsIn(machine)).toBe(1);
      await untilRefused(machine);
      machine.database.isDown = false;
      await untilGone(other, ids[1]);
      await poll(() => deletionsIn(machine)).toBe(0);
    });

    it('is gone for others when its machine has deleted it since it was old', async () => {
      const { shared, machine, other } = await openTwo();
      const id = await talked(machine);
      await untilEqual(other, machine, id);
      await machine.sessions.stop();
      machine.state.clock.now += 2 * dayMs;
      await openOver(machine, shared.again(), { keepMs: dayMs });
      await untilGone(other, id);
    });
  });

  describe('events', () => {
    it('are written once each, in order, in transactions of a bounded size, whatever the size of one', async () => {
      const { machine, other } = await openTwo({ maxBytes: 2000 });
      machine.database.isDown = true;
      const texts = ['x'.repeat(700), 'y'.repeat(5000), 'z', 'ä'.repeat(600)];
      const { id } = await machine.sessions.create(undefined, draft({ events: texts.map(user) }));
      await poll(
        async () => (await eventsOf(machine, id)).filter((event) => brief(event) === 'idle: end_turn').length,
      ).toBe(4);
      machine.database.isDown = false;
      await untilEqual(other, machine, id);
      const places = machine.database.added.map((events) => events.map((event) => placeOf(event)));
      expect(places.flat()).toEqual((await eventsOf(machine, id)).map((_, index) => index + 1));
      expect(places.length).toBeGreaterThan(3);
      const sizes = machine.database.added.map((events) => events.map((event) => Buffer.byteLength(eventOf(event))));
      for (const portion of sizes.filter(({ length }) => length > 1)) {
        expect(portion.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(2000);
      }
    });

    it('go on where the database has them after an outage, and after a restart', async () => {
      const { shared, machine, other } = await openTwo();
      const id = await talked(machine, 'first');
      await untilEqual(other, machine, id);
      machine.database.isDown = true;
      await machine.sessions.send(undefined, id, [user('second')]);
      await untilLast(machine, id, 'idle: end_turn');
      await untilRefused(machine);
      machine.database.isDown = false;
      await untilEqual(other, machine, id);
      kill(machine);
      const later = await openOver(machine, shared.again());
      await later.sessions.send(undefined, id, [user('third')]);
      await poll(async () => (await eventsOf(later, id)).map(brief)).toContain('agent.message: re: third');
      await untilLast(later, id, 'idle: end_turn');
      await untilEqual(other, later, id);
      const added = [...machine.database.added, ...later.database.added].flat().map(placeOf);
      expect(added).toEqual((await eventsOf(later, id)).map((_, index) => index + 1));
    });

    it('that happened last are read when the service has stopped', async () => {
      const { machine, other } = await openTwo();
      machine.engine.script = (turn) => {
        turn.say('I begin.');
      };
      const { id } = await machine.sessions.create(undefined, draft({ events: [user('go')] }));
      await untilLast(machine, id, 'span.model_request_end');
      await machine.sessions.stop();
      const { session, events } = await readBy(other, id);
      expect(session?.status).toBe('idle');
      expect(events.slice(-2).map(brief)).toEqual(['error: DRAINING', 'idle: retries_exhausted']);
    });
  });

  describe('a database', () => {
    it('is not asked while nothing happens', async () => {
      const { machine, other } = await openTwo({ claimMs: 20 });
      const id = await talked(machine);
      await untilEqual(other, machine, id);
      const lookedAt = vi.spyOn(machine.state.file, 'read');
      // Beats, at each of which it looks whether something was changed; within the first the end of the turn is copied.
      const someBeats = async () => {
        lookedAt.mockClear();
        await poll(() => lookedAt.mock.calls.length).toBeGreaterThan(50);
      };
      await someBeats();
      const before = machine.database.transactions.length;
      await someBeats();
      expect(machine.database.transactions.length).toBe(before);
    });

    it('is left alone for a while after it was told, also where something happens without a pause', async () => {
      const { shared, machine, other } = await openTwo();
      const { id } = await machine.sessions.create(undefined, draft({ title: '0' }));
      await untilEqual(other, machine, id);
      await machine.sessions.stop();
      await machine.sessions.update(undefined, id, { title: '1' });
      const busy = await openOver(machine, shared.again(), { claimMs: 20, collectMs: 600_000, isQuiet: true });
      let title = 1;
      busy.database.onWrite = () => {
        // Not for ever, where the publisher would not end.
        if (title > 20) return;
        title += 1;
        busy.state.file.write((database) => database.prepare('UPDATE sessions SET title = ?').run(String(title)));
      };
      await busy.sessions.recover();
      await poll(async () => (await other.foreign.find(undefined, id))?.title).not.toBe('0');
      const lookedAt = vi.spyOn(busy.state.file, 'read');
      await poll(() => lookedAt.mock.calls.length).toBeGreaterThan(50);
      // Of the publisher, of its sweep, and maybe of the publisher's row.
      expect(title).toBeLessThan(6);
    });

    it('that is out of reach holds no session up', async () => {
      const { machine, other } = await openTwo();
      machine.database.isDown = true;
      const id = await talked(machine);
      expect((await eventsOf(machine, id)).map(brief)).toContain('agent.message: re: go');
      await untilRefused(machine);
      machine.database.isDown = false;
      await untilEqual(other, machine, id);
    });

    it('from a backup gets what it lacks, and loses what was deleted since', async () => {
      const { shared, machine, other } = await openTwo();
      const ids = [await talked(machine), await talked(machine)] as const;
      for (const id of ids) await untilEqual(other, machine, id);
      const row = await shared.state.read(() =>
        first<{ revision: number }>('SELECT revision FROM session_machines WHERE revision > 0'),
      );
      await machine.sessions.delete(undefined, ids[0]);
      await untilGone(other, ids[0]);
      const { sessions } = machine;
      await sessions.stop();
      // As it was before the deletion.
      await shared.change(`UPDATE session_machines SET revision = ${String(row?.revision)}`);
      await shared.change(
        `INSERT INTO replicated_sessions SELECT '${ids[0]}', machine, owner, agent, agent_version, status, created_at, archived_at, session
         FROM replicated_sessions WHERE id = '${ids[1]}'`,
      );
      const later = await openOver(machine, shared.again());
      await untilGone(other, ids[0]);
      await untilEqual(other, later, ids[1]);
    });

    it('that knows a later state file than the one that there is gets what that has, and nothing else', async () => {
      const { shared, machine, other } = await openTwo();
      const id = await talked(machine);
      await untilEqual(other, machine, id);
      await machine.sessions.stop();
      await shared.change('UPDATE session_machines SET revision = revision + 1000 WHERE revision > 0');
      await shared.change(
        `INSERT INTO replicated_sessions SELECT 'sesn_later', machine, owner, agent, agent_version, status, created_at, archived_at, session
         FROM replicated_sessions WHERE id = '${id}'`,
      );
      const later = await openOver(machine, shared.again());
      await untilGone(other, 'sesn_later');
      await untilEqual(other, later, id);
    });

    it('has nothing of what was deleted while the service had no database', async () => {
      const { shared, machine, other } = await openTwo();
      const ids = [await talked(machine), await talked(machine)] as const;
      for (const id of ids) await untilEqual(other, machine, id);
      await machine.sessions.stop();
      const alone = openSessions({ path: machine.state.path, clock: machine.state.clock });
      await alone.sessions.recover();
      await poll(() => notesDeletions(machine)).toBe(false);
      await alone.sessions.delete(undefined, ids[0]);
      await alone.sessions.stop();
      expect(deletionsIn(machine)).toBe(0);
      const later = await openOver(machine, shared.again());
      await untilGone(other, ids[0]);
      await untilEqual(other, later, ids[1]);
    });

    it('loses the sessions of a machine that was not there for long, and gets them again when it is', async () => {
      const { shared, machine, other } = await openTwo({ keepMs: dayMs });
      const ids = [];
      for (let count = 0; count < 20; count += 1) ids.push((await machine.sessions.create(undefined, draft())).id);
      for (const id of ids) await untilEqual(other, machine, id);
      await machine.sessions.stop();
      const sweep = async (afterMs: number) => {
        other.state.clock.now += afterMs;
        const again = await openOver(other, shared.again(), { keepMs: dayMs });
        await poll(() =>
          again.database.transactions.flat().some((step) => 'sql' in step && step.sql.startsWith('SELECT machine')),
        ).toBe(true);
        return again;
      };
      const early = await sweep(8 * dayMs);
      expect(await countRows(shared, 'replicated_sessions')).toBe(20);
      await early.sessions.stop();
      await sweep(2 * dayMs);
      await poll(() => countRows(shared, 'replicated_sessions')).toBe(0);
      await poll(() => countRows(shared, 'session_machines')).toBe(1);
      machine.state.clock.now = other.state.clock.now;
      const later = await openOver(machine, shared.again(), { keepMs: 100 * dayMs });
      for (const id of ids) await untilEqual(other, later, id);
    });
  });

  describe('two services over one state file', () => {
    it('copy the same sessions at once, each event once', async () => {
      const { shared, machine, other } = await openTwo({ maxBytes: 500 });
      const second = await openOver(machine, shared.again(), { maxBytes: 500 });
      const ids: string[] = [];
      for (const service of [machine, second, machine, second]) ids.push(await talked(service));
      await Promise.all(
        ids.map((id, index) => (index % 2 === 0 ? second : machine).sessions.send(undefined, id, [user('more')])),
      );
      for (const id of ids) {
        await poll(
          async () => (await eventsOf(machine, id)).filter((event) => brief(event) === 'idle: end_turn').length,
        ).toBe(2);
        await untilEqual(other, machine, id);
      }
      const added = [...machine.database.added, ...second.database.added].flat();
      const all = await Promise.all(ids.map((id) => eventsOf(machine, id)));
      expect(added).toHaveLength(all.flat().length);
      const lines = [...machine.state.log.lines, ...second.state.log.lines];
      expect(lines.filter(({ message }) => message.includes('could not be copied'))).toEqual([]);
    });

    it('have a session gone for good that one of them deletes while the other copies it', async () => {
      const { shared, machine, other } = await openTwo();
      const second = await openOver(machine, shared.again());
      const id = await talked(machine);
      await untilEqual(other, machine, id);
      await machine.sessions.send(undefined, id, [user('more')]);
      await second.sessions.delete(undefined, id).catch(() => machine.sessions.delete(undefined, id));
      const last = await talked(second);
      await untilEqual(other, second, last);
      expect(await other.foreign.find(undefined, id)).toBeUndefined();
    });
  });

  describe('a list of others’ sessions', () => {
    it('is what the query asks for, in its order', async () => {
      const { machine, other } = await openTwo();
      const ids: string[] = [];
      for (let count = 0; count < 4; count += 1) {
        machine.state.clock.now += 1000;
        ids.push(await talked(machine));
      }
      await machine.sessions.archive(undefined, ids[1] ?? '');
      for (const id of ids) await untilEqual(other, machine, id);
      const last = machine.state.clock.now;
      const list = async (changes: Partial<typeof everything>, range: object = {}) => {
        const query = { ...everything, ...changes };
        const found = await other.foreign.list(undefined, query, {
          from: undefined,
          order: 'asc',
          limit: 10,
          ...range,
        });
        return found.map(({ id }) => ids.indexOf(id));
      };
      expect(await list({})).toEqual([0, 1, 2, 3]);
      expect(await list({}, { order: 'desc', limit: 3 })).toEqual([3, 2, 1]);
      expect(await list({}, { from: [last - 2000, ids[1]] })).toEqual([2, 3]);
      expect(await list({}, { from: [last - 2000, ids[1]], order: 'desc' })).toEqual([0]);
      expect(await list({ includeArchived: false })).toEqual([0, 2, 3]);
      expect(await list({ agent: 'coder', version: 1, statuses: ['idle', 'running'] })).toEqual([0, 1, 2, 3]);
      expect(await list({ agent: 'other' })).toEqual([]);
      expect(await list({ version: 2 })).toEqual([]);
      expect(await list({ statuses: ['terminated'] })).toEqual([]);
      expect(await list({ created: { after: last - 3000, until: last - 1000 } })).toEqual([1, 2]);
      expect(await list({ created: { from: last - 3000, before: last - 1000 } })).toEqual([0, 1]);
    });
  });
}

/** How many deletions the state file notes. */
const deletionsIn = ({ state }: OpenMachine): number =>
  state.file.read((database) =>
    Number(database.prepare('SELECT count(*) FROM session_changes WHERE is_deleted = 1').pluck().get()),
  );

/** Whether the state file notes them. */
const notesDeletions = ({ state }: OpenMachine): boolean =>
  state.file.read((database) => database.prepare('SELECT 1 FROM session_replica').get() !== undefined);

const placeOf = (values: object): number => Number('place' in values && values.place);
const eventOf = (values: object): string => String('event' in values && values.event);
