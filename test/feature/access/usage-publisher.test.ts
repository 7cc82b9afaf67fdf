import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import { createAccessStore } from '../../../src/feature/access/access-store.ts';
import { createOwnSums } from '../../../src/feature/access/own-sums.ts';
import { createPublishedSums, type PublishedSums } from '../../../src/feature/access/published-sums.ts';
import { UsagePublisher } from '../../../src/feature/access/usage-publisher.ts';
import { all } from '../../../src/state/shared-state.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { openState, statePath, type OpenState } from '../../state/open-state.ts';
import { openSums } from './open-sums.ts';
import { base, row } from './rows.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const keepMs = 90 * dayMs;
const publishAfterMs = 3000;
const retryAfterMs = 15_000;

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

/** A database, which can be out of reach, and services on any state files. */
async function openDatabase() {
  const { state } = await openSums();
  const database = { error: undefined as Error | undefined, publications: 0, read: 0 };
  const sums = createPublishedSums(state, { keepMs, now: () => base });
  const orFail = async <T>(use: () => Promise<T>): Promise<T> => {
    if (database.error !== undefined) throw database.error;
    return use();
  };
  const published: Pick<PublishedSums, 'publish' | 'counts'> = {
    publish: (machine, some) =>
      orFail(() => {
        if (some.length > 0) database.publications += 1;
        return sums.publish(machine, some);
      }),
    counts: (machine) => orFail(() => sums.counts(machine)),
  };
  const service = ({ file }: OpenState, machine = 'a') => {
    const log = memoryLog();
    const options = { own: createOwnSums(file), keepMs, log, now: () => base };
    const publisher = new UsagePublisher({ ...options, published, machine: () => machine });
    const store = createAccessStore(file, { keepMs, maxRows: 10_000, now: () => base, onGrown: publisher.note });
    return { publisher, store, log };
  };
  const rows = (which = '1 = 1') =>
    state.read(() => all<{ requests: number }>(`SELECT * FROM usage_sums WHERE ${which}`));
  /** Requests of each hour, of all machines. */
  const byHour = async () => {
    const hours = await state.read(() =>
      all<{ start: number; requests: number }>(
        `SELECT start, sum(requests) AS requests FROM usage_sums WHERE period = 'hour' GROUP BY start`,
      ),
    );
    return Object.fromEntries(hours.map(({ start, requests }) => [(start - startOfBase) / hourMs, requests]));
  };
  return { database, service, rows, byHour };
}

const startOfBase = base - (base % hourMs);

/** Until what a timer has begun is done. */
const settled = async (is: () => Promise<unknown>, expected: unknown) => {
  await expect.poll(is).toEqual(expected);
};

describe('what was used', () => {
  it('is published a while after it was stored, once for all of that time, and never at rest', async () => {
    const { database, service, byHour } = await openDatabase();
    const { publisher, store } = service(openState());
    publisher.start();
    store.add([row(), row({ client: 'bob' })]);
    await vi.advanceTimersByTimeAsync(publishAfterMs - 1);
    store.add([row()]);
    expect(await byHour()).toEqual({});
    await vi.advanceTimersByTimeAsync(1);
    await settled(byHour, { 0: 3 });
    expect(database.publications).toBe(1);
    store.add([row()]);
    await vi.advanceTimersByTimeAsync(publishAfterMs);
    await settled(byHour, { 0: 4 });
    await vi.advanceTimersByTimeAsync(dayMs);
    expect(database.publications).toBe(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is published as it is in the state file', async () => {
    const { service, rows } = await openDatabase();
    const state = openState();
    const { publisher, store } = service(state);
    publisher.start();
    await vi.advanceTimersByTimeAsync(publishAfterMs);
    store.add([row({ cost_usd: 0.1 }), row({ cost_usd: 0.2 }), row({ client: null, served_model: null })]);
    await publisher.close();
    const own = state.file.read(
      (file) => file.prepare('SELECT * FROM usage_sums ORDER BY period, model').all() as object[],
    );
    expect(own).toHaveLength(5);
    expect(await rows(`machine = 'a' ORDER BY period, model`)).toMatchObject(own);
  });

  it('is published at the end of the service', async () => {
    const { service, byHour } = await openDatabase();
    const { publisher, store } = service(openState());
    publisher.start();
    store.add([row()]);
    await publisher.close();
    expect(await byHour()).toEqual({ 0: 1 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('through two services of a machine is counted once', async () => {
    const { service, byHour } = await openDatabase();
    const path = statePath();
    const [one, other] = [service(openState({ path })), service(openState({ path }))];
    one.publisher.start();
    other.publisher.start();
    for (let round = 1; round <= 3; round += 1) {
      one.store.add([row()]);
      other.store.add([row(), row({ client: 'bob' })]);
      await vi.advanceTimersByTimeAsync(publishAfterMs);
      await settled(byHour, { 0: 3 * round });
    }
    await one.publisher.close();
    await other.publisher.close();
    expect(await byHour()).toEqual({ 0: 9 });
  });

  it('includes what another service of the machine has stored and not published', async () => {
    const { service, byHour } = await openDatabase();
    const path = statePath();
    const [one, other] = [service(openState({ path })), service(openState({ path }))];
    one.publisher.start();
    await vi.advanceTimersByTimeAsync(publishAfterMs);
    other.store.add([row()]);
    one.store.add([row()]);
    await one.publisher.close();
    expect(await byHour()).toEqual({ 0: 2 });
  });
});

describe('what the database lacks', () => {
  const times = [-100 * dayMs, -89 * dayMs, -50 * hourMs, -2 * hourMs, 0].map((age) => base + age);

  it('is published at the start: whatever is kept, of whichever time, and nothing twice', async () => {
    const { database, service, byHour, rows } = await openDatabase();
    const state = openState();
    const before = service(state);
    before.store.add(times.map((timestamp) => row({ timestamp })));
    // It crashes before it has published anything.
    const { publisher, store } = service(state);
    publisher.start();
    await vi.advanceTimersByTimeAsync(publishAfterMs);
    const hours = { [-89 * 24]: 1, [-50]: 1, [-2]: 1, 0: 1 };
    await settled(byHour, hours);
    await publisher.close();
    expect(await rows(`period = 'day'`)).toHaveLength(4);

    const { publications } = database;
    const again = service(state);
    await again.publisher.close();
    expect(database.publications).toBe(publications);

    // What was late, of an hour that was published before, by a service that has crashed since.
    store.add([row({ timestamp: base - 50 * hourMs, client: 'bob' })]);
    await service(state).publisher.close();
    expect(await byHour()).toEqual({ ...hours, [-50]: 2 });
    expect(database.publications).toBe(publications + 1);
  });

  it('after an outage is published once that is over, with one line for a failure that the database does not log', async () => {
    const { database, service, byHour } = await openDatabase();
    const { publisher, store, log } = service(openState());
    publisher.start();
    store.add([row()]);
    await vi.advanceTimersByTimeAsync(publishAfterMs);
    await settled(byHour, { 0: 1 });

    database.error = new Error('broken');
    store.add([row({ timestamp: base - hourMs })]);
    await vi.advanceTimersByTimeAsync(publishAfterMs);
    store.add([row()]);
    await vi.advanceTimersByTimeAsync(3 * retryAfterMs);
    expect(await byHour()).toEqual({ 0: 1 });
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);

    database.error = undefined;
    await vi.advanceTimersByTimeAsync(retryAfterMs);
    await settled(byHour, { [-1]: 1, 0: 2 });
    await publisher.close();
  });

  it('is left to the next start where the database was out of reach, and the end does not wait for it', async () => {
    const { database, service, byHour } = await openDatabase();
    const state = openState();
    const { publisher, store, log } = service(state);
    publisher.start();
    database.error = new HarnessError('INTERNAL', 'The database can’t be used.');
    store.add([row()]);
    await vi.advanceTimersByTimeAsync(publishAfterMs);
    await settled(() => Promise.resolve(log.lines.length), 1);
    // It says so itself.
    expect(log.lines).toMatchObject([{ level: 'debug' }]);
    database.error = undefined;
    await publisher.close();
    expect(await byHour()).toEqual({});
    expect(vi.getTimerCount()).toBe(0);
    await service(state).publisher.close();
    expect(await byHour()).toEqual({ 0: 1 });
  });

  it('of very many sums is published in portions', async () => {
    const { database, service, rows } = await openDatabase();
    const state = openState();
    service(state).store.add(Array.from({ length: 450 }, (_, n) => row({ client: `client ${n}` })));
    await service(state).publisher.close();
    expect(await rows()).toHaveLength(901);
    expect(database.publications).toBe(10);
  });
});
