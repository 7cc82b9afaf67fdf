import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AccessFilter } from '../../../src/feature/access/access-filter.ts';
import type { AccessRow } from '../../../src/feature/access/access-row.ts';
import { createAccessStore } from '../../../src/feature/access/access-store.ts';
import { openState } from '../../state/open-state.ts';
import { base, row } from './rows.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

function openStore({ maxRows = 100_000, keepMs = 90 * dayMs } = {}) {
  const { file, clock } = openState();
  return { clock, store: createAccessStore(file, { keepMs, maxRows, now: () => clock.now }) };
}

const anyRow = fc
  .record({
    // Some of them on the hour or at midnight.
    timestamp: fc.oneof(
      fc.integer({ min: base, max: base + 70 * hourMs }),
      fc.integer({ min: 0, max: 70 }).map((hours) => Math.ceil(base / hourMs + hours) * hourMs),
      fc.constantFrom(1, 2, 3).map((days) => Math.ceil(base / dayMs + days) * dayMs),
    ),
    client: fc.constantFrom('ada', 'bob', null),
    model: fc.constantFrom('haiku', 'opus'),
    served_model: fc.constantFrom('claude-haiku-4-5', 'opus', null),
    endpoint: fc.constantFrom('/v1/messages', '/v1/responses'),
    status_code: fc.constantFrom(200, 429, 500),
    error_code: fc.constantFrom('QUEUE_FULL', 'INTERNAL', null),
  })
  .map(row);

const anyTime = fc.oneof(
  fc.integer({ min: base - hourMs, max: base + 80 * hourMs }),
  fc.constantFrom(1, 2, 3).map((days) => Math.ceil(base / dayMs + days) * dayMs),
);
const anyFilter: fc.Arbitrary<AccessFilter> = fc.record(
  {
    from: anyTime,
    until: anyTime,
    client: fc.constantFrom('ada', 'nobody'),
    model: fc.constantFrom('haiku', 'opus', 'claude-haiku-4-5'),
    endpoint: fc.constantFrom('/v1/messages'),
    status: fc.constantFrom([400, 499] as const, [200, 200] as const),
    error: fc.constantFrom('any', 'QUEUE_FULL'),
  },
  { requiredKeys: ['from', 'until'] },
);

const isMeant = ({ from, until, client, model, endpoint, status, error }: AccessFilter, each: AccessRow): boolean =>
  each.timestamp >= from &&
  each.timestamp < until &&
  (client === undefined || each.client === client) &&
  (model === undefined || each.model === model || each.served_model === model) &&
  (endpoint === undefined || each.endpoint === endpoint) &&
  (status === undefined || (each.status_code >= status[0] && each.status_code <= status[1])) &&
  (error === undefined || (error === 'any' ? each.error_code !== null : each.error_code === error));

it('are those of the rows, for any time and any filter', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyRow, { maxLength: 30 }),
      fc.array(anyFilter, { maxLength: 5 }),
      async (rows, filters) => {
        const { store } = openStore();
        const middle = Math.floor(rows.length / 2);
        store.add(rows.slice(0, middle));
        store.add(rows.slice(middle));
        for (const filter of filters) {
          const expected: Record<string, number> = {};
          for (const each of rows.filter((one) => isMeant(filter, one))) {
            const key = `${each.status_code} ${each.error_code ?? ''}`;
            expected[key] = (expected[key] ?? 0) + 1;
          }
          const found = await store.occurrences(filter);
          expect(
            Object.fromEntries(found.map((each) => [`${each.status_code} ${each.error_code}`, each.requests])),
          ).toEqual(expected);
        }
      },
    ),
    { numRuns: 40 },
  );
});

it('still count requests whose rows went because there were too many', async () => {
  const { store } = openStore({ maxRows: 2 });
  for (let n = 0; n < 5; n += 1) store.add([row()]);
  const found = await store.occurrences({ from: 0, until: base + dayMs });
  expect(found).toEqual([{ status_code: 200, error_code: '', requests: 5 }]);
});

it('go when the rows of their day have all gone', async () => {
  const { store, clock } = openStore({ keepMs: dayMs });
  store.add([row({ timestamp: base }), row({ timestamp: base + dayMs })]);
  const all = async (): Promise<number> => {
    const found = await store.occurrences({ from: 0, until: base + 9 * dayMs });
    return found.reduce((sum, { requests }) => sum + requests, 0);
  };
  clock.now = base + dayMs + hourMs;
  store.prune();
  expect(await all()).toBe(2);
  clock.now += dayMs;
  store.prune();
  expect(await all()).toBe(1);
});
