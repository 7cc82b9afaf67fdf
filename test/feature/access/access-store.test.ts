import fc from 'fast-check';
import { copyFileSync, existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createAccessStore } from '../../../src/feature/access/access-store.ts';
import type { AccessQuery } from '../../../src/feature/access/find-rows.ts';
import type { AccessRow } from '../../../src/feature/access/access-row.ts';
import { sumRows, type UsageSum } from '../../../src/feature/access/usage-sum.ts';
import { openDatabase } from '../../../src/state/database.ts';
import { openState, statePath, type OpenStateOptions } from '../../state/open-state.ts';
import { base, row } from './rows.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const ever = { from: 0, until: Number.MAX_SAFE_INTEGER };

function openStore(options: OpenStateOptions & { keepMs?: number; maxRows?: number } = {}) {
  const state = openState(options);
  const { keepMs = 90 * dayMs, maxRows = 100_000 } = options;
  return { ...state, store: createAccessStore(state.file, { keepMs, maxRows, now: () => state.clock.now }) };
}

type Opened = ReturnType<typeof openStore>;

const idsOf = async ({ store }: Opened, query: Partial<AccessQuery> = {}) => {
  const rows = await store.query({ ...ever, limit: 1000, order: 'asc', ...query });
  return rows.map(({ request_id }) => request_id);
};

describe('the access log', () => {
  it('gives rows back as they were', async () => {
    const opened = openStore();
    opened.store.add([row(), row({ client: null, cost_usd: null, served_model: null })]);
    const rows = await opened.store.query({ ...ever, limit: 10, order: 'asc' });
    expect(rows).toEqual([
      { id: 1, ...row() },
      { id: 2, ...row({ client: null, cost_usd: null, served_model: null }) },
    ]);
  });

  it.each([
    ['a client', { client: 'bob' }, ['b']],
    ['a model as it was asked for', { model: 'opus' }, ['c']],
    ['a model as it answered', { model: 'claude-haiku-4-5' }, ['a', 'b', 'd']],
    ['a path', { endpoint: '/v1/responses' }, ['d']],
    ['a status', { status: [429, 429] }, ['c']],
    ['a class of statuses', { status: [400, 499] }, ['c']],
    ['a failure', { error: 'QUEUE_FULL' }, ['c']],
    ['any failure', { error: 'any' }, ['c', 'd']],
    ['a time', { from: base + 2, until: base + 4 }, ['c', 'd']],
    ['several', { client: 'ada', error: 'any', endpoint: '/v1/messages' }, ['c']],
  ] as const)('can be asked for those of %s', async (_, filter, expected) => {
    const opened = openStore();
    opened.store.add([
      row({ request_id: 'a' }),
      row({ request_id: 'b', client: 'bob', timestamp: base + 1 }),
      row({
        request_id: 'c',
        model: 'opus',
        served_model: null,
        status_code: 429,
        error_code: 'QUEUE_FULL',
        timestamp: base + 2,
      }),
      row({ request_id: 'd', endpoint: '/v1/responses', error_code: 'UPSTREAM_ERROR', timestamp: base + 3 }),
    ]);
    expect(await idsOf(opened, filter)).toEqual(expected);
  });

  it('is read page by page in either order, also where rows have the same time', async () => {
    const opened = openStore();
    const names = ['a', 'b', 'c', 'd', 'e'];
    opened.store.add(names.map((request_id, index) => row({ request_id, timestamp: base + Math.floor(index / 3) })));
    for (const order of ['asc', 'desc'] as const) {
      const read: string[] = [];
      let after: AccessQuery['after'];
      do {
        const rows = await opened.store.query({ ...ever, limit: 2, order, ...(after !== undefined && { after }) });
        read.push(...rows.map(({ request_id }) => request_id));
        after = rows.at(-1);
      } while (after !== undefined);
      expect(read).toEqual(order === 'asc' ? names : names.toReversed());
    }
  });

  it.each([
    ['rare ones', 3],
    ['frequent ones', 5200],
  ])('finds %s among others, on any day, page by page', async (_, count) => {
    const opened = openStore();
    const ofDay = (day: number, client: string, rows: number) =>
      Array.from({ length: rows }, (__, n) =>
        row({ request_id: `${day}-${n}`, client, timestamp: base + day * dayMs + n }),
      );
    opened.store.add([...ofDay(0, 'bob', count), ...ofDay(0, 'ada', 5), ...ofDay(1, 'ada', 5), ...ofDay(40, 'bob', 2)]);
    const expected = [...ofDay(0, 'bob', count), ...ofDay(40, 'bob', 2)].map(({ request_id }) => request_id);
    for (const order of ['asc', 'desc'] as const) {
      const read: string[] = [];
      let after: AccessQuery['after'];
      do {
        const page = await opened.store.query({
          ...{ ...ever, client: 'bob', limit: 1000, order },
          ...(after !== undefined && { after }),
        });
        read.push(...page.map(({ request_id }) => request_id));
        after = page.at(-1);
      } while (after !== undefined);
      expect(read).toEqual(order === 'asc' ? expected : expected.toReversed());
    }
  });

  it('lets other work have its turn while much is read', async () => {
    const opened = openStore();
    for (let n = 0; n < 8; n += 1) opened.store.add(Array.from({ length: 500 }, () => row()));
    let turns = 0;
    const count = (): void => {
      turns += 1;
      timer = setImmediate(count);
    };
    let timer = setImmediate(count);
    await opened.store.query({ ...ever, limit: 4000, order: 'asc' });
    clearImmediate(timer);
    expect(turns).toBeGreaterThan(1);
  });

  it('forgets kinds of requests that nothing is left of', () => {
    const opened = openStore({ keepMs: dayMs });
    const kinds = () =>
      opened.file.read(
        (database) => database.prepare('SELECT client FROM access_kinds ORDER BY 1').pluck().all() as string[],
      );
    opened.store.add([row({ client: 'old' }), row({ client: 'new', timestamp: base + 5 * dayMs })]);
    opened.clock.now = base + 5 * dayMs;
    expect(opened.store.prune()).toBe(false);
    expect(kinds()).toEqual(['new']);
    opened.store.add([row({ client: 'old', timestamp: base + 5 * dayMs })]);
    expect(kinds()).toEqual(['new', 'old']);
  });

  it('holds at most so many rows, and the newest', async () => {
    const opened = openStore({ maxRows: 3 });
    for (const request_id of ['a', 'b', 'c', 'd', 'e']) opened.store.add([row({ request_id })]);
    expect(await idsOf(opened)).toEqual(['c', 'd', 'e']);
    const [sum] = await opened.store.sumsBy('client', 'day', ever);
    expect(sum?.requests).toBe(5);
  });

  it('forgets what is too old in steps, rows and sums of hours first, those of days after two years', async () => {
    const opened = openStore({ keepMs: 30 * dayMs });
    const old = Array.from({ length: 700 }, (_, index) => row({ request_id: `o${index}`, timestamp: base + index }));
    opened.store.add([...old, row({ request_id: 'new', timestamp: base + 60 * dayMs })]);
    opened.clock.now = base + 61 * dayMs;
    expect(opened.store.prune()).toBe(true);
    expect(opened.store.prune()).toBe(false);
    expect(await idsOf(opened)).toEqual(['new']);
    expect(await opened.store.sumsByStart('hour', ever)).toHaveLength(1);
    expect(await opened.store.sumsByStart('day', ever)).toHaveLength(2);
    opened.clock.now = base + 740 * dayMs;
    opened.store.prune();
    expect(await opened.store.sumsByStart('day', ever)).toHaveLength(1);
  });
});

const anyRow = fc
  .record({
    timestamp: fc.integer({ min: base, max: base + 3 * dayMs }),
    client: fc.constantFrom('ada', 'bob', null),
    served_model: fc.constantFrom('claude-haiku-4-5', 'claude-opus-5', null),
    error_code: fc.constantFrom('QUEUE_FULL', null),
    tokens_input: fc.nat(1_000_000),
    tokens_output: fc.nat(1_000_000),
    cost_usd: fc.option(fc.nat(1000), { nil: null }),
  })
  .map(row);
/** A batch, and whether it fails at its last row or at its last sum. */
const anyBatch = fc.record({
  rows: fc.array(anyRow, { minLength: 1, maxLength: 8 }),
  failure: fc.constantFrom('none', 'none', 'row', 'sum'),
});

const poison = row({ request_id: 'poison' });
const refusals = {
  none: '',
  row: `CREATE TEMP TRIGGER refuse BEFORE INSERT ON access_log WHEN NEW.request_id = 'poison' BEGIN SELECT RAISE(ABORT, 'refused'); END`,
  sum: `CREATE TEMP TRIGGER refuse AFTER INSERT ON usage_sums WHEN NEW.period = 'day' BEGIN SELECT RAISE(ABORT, 'refused'); END`,
} as const;

it('sums equal the sum of the rows, whatever fails or crashes in between', () => {
  fc.assert(
    fc.property(fc.array(anyBatch, { maxLength: 12 }), (batches) => {
      const { file, path, store } = openStore();
      const kept: AccessRow[] = [];
      for (const { rows, failure } of batches) {
        file.read((database) => {
          database.exec(`DROP TRIGGER IF EXISTS refuse; ${refusals[failure]}`);
        });
        const whole = failure === 'row' ? [...rows, poison] : rows;
        try {
          store.add(whole);
          kept.push(...whole);
        } catch {
          expect(failure).not.toBe('none');
        }
      }
      file.read((database) => {
        database.exec('DROP TRIGGER IF EXISTS refuse');
      });
      // As a program leaves it that was killed now.
      const copy = statePath().replace('state/', '');
      for (const end of ['', '-wal']) if (existsSync(path + end)) copyFileSync(path + end, copy + end);
      for (const image of [path, copy]) {
        const { rows, sums } = contentOf(image);
        expect(rows).toHaveLength(kept.length);
        expect(ordered(sums)).toEqual(ordered(sumRows(rows)));
      }
    }),
    { numRuns: 40 },
  );
});

function contentOf(path: string) {
  const database = openDatabase(path);
  try {
    const rows = database.prepare(
      `SELECT access_log.*, nullif(client, '') AS client, nullif(served_model, '') AS served_model, model, endpoint,
         status_code, nullif(error_code, '') AS error_code
       FROM access_log JOIN access_kinds ON access_kinds.id = kind`,
    );
    return {
      rows: rows.all() as AccessRow[],
      sums: database.prepare('SELECT * FROM usage_sums').all() as UsageSum[],
    };
  } finally {
    database.close();
  }
}

function ordered(sums: readonly UsageSum[]): UsageSum[] {
  const key = ({ period, start, model, client }: UsageSum) => [period, start, model, client].join();
  return sums.map((sum) => ({ ...sum })).sort((a, b) => key(a).localeCompare(key(b)));
}
