import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import type { AccessRow } from '../../../src/feature/access/access-row.ts';
import { createAccessStore, type AccessStore } from '../../../src/feature/access/access-store.ts';
import { startOf, type Period } from '../../../src/feature/access/usage-sum.ts';
import { openState, statePath } from '../../state/open-state.ts';
import { base, row } from './rows.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const keepMs = 30 * dayMs;
const ever = { from: 0, until: Number.MAX_SAFE_INTEGER };
const zone = process.env['TZ'];

afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

const anyChanges = fc.record({
  client: fc.constantFrom('ada', 'bob', null),
  model: fc.constantFrom('haiku', 'opus'),
  served_model: fc.constantFrom('claude-haiku-4-5', 'claude-opus-5', null),
  error_code: fc.constantFrom('QUEUE_FULL', null),
  tokens_input: fc.nat(1_000_000),
  tokens_output: fc.nat(1_000_000),
  cost_usd: fc.option(fc.nat(1000), { nil: null }),
});
/** What one of two services on the same file does next; clocks are set forward and back. */
const anyStep = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('add' as const), rows: fc.array(anyChanges, { maxLength: 6 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('set clock' as const), days: fc.integer({ min: -400, max: 900 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'prune' as const }) },
);
const anySteps = fc.array(fc.tuple(fc.constantFrom(0, 1), anyStep), { maxLength: 25 });

function openService(path: string) {
  const { file, clock } = openState({ path });
  return { file, clock, store: createAccessStore(file, { keepMs, maxRows: 100_000, now: () => clock.now }) };
}

/** What is to be in the file. */
class Expected {
  rows: AccessRow[] = [];
  #ofDays: AccessRow[] = [];
  #counted: AccessRow[] = [];

  add(rows: readonly AccessRow[]): void {
    for (const list of [this.rows, this.#ofDays, this.#counted]) list.push(...rows);
  }

  prune(now: number): void {
    const expired = now - keepMs;
    this.rows = this.rows.filter(({ timestamp }) => timestamp >= expired);
    this.#counted = this.#counted.filter(
      ({ timestamp }) => Math.floor(timestamp / dayMs) >= Math.floor(expired / dayMs),
    );
    this.#ofDays = this.#ofDays.filter(({ timestamp }) => startOf('day', timestamp) >= now - 730 * dayMs);
  }

  async compare(store: AccessStore): Promise<void> {
    const rows = await store.query({ ...ever, limit: 10_000, order: 'asc' });
    const { rows: expected } = this;
    expect(rows.map(({ request_id }) => request_id).sort()).toEqual(
      expected.map(({ request_id }) => request_id).sort(),
    );
    const failures = await store.query({ ...ever, limit: 10_000, order: 'desc', error: 'any' });
    expect(failures).toHaveLength(expected.filter(({ error_code }) => error_code !== null).length);
    const occurrences = await store.occurrences(ever);
    expect(occurrences.reduce((sum, { requests }) => sum + requests, 0)).toBe(this.#counted.length);
    for (const by of ['client', 'served_model'] as const) {
      const groups = await store.sumsBy(by === 'client' ? 'client' : 'model', 'day', ever);
      expect(tokensOf(groups)).toEqual(tokensBy(this.#ofDays, (each) => each[by] ?? ''));
    }
    const days = await store.sumsByStart('day', ever);
    expect(tokensOf(days)).toEqual(tokensBy(this.#ofDays, ({ timestamp }) => String(startOf('day', timestamp))));
  }
}

const tokensOf = (groups: readonly { key: string | number; requests: number; tokens_input: number }[]) =>
  Object.fromEntries(groups.map(({ key, requests, tokens_input }) => [key, [requests, tokens_input]]));

function tokensBy(rows: readonly AccessRow[], keyOf: (row: AccessRow) => string) {
  const sums: Record<string, [number, number]> = {};
  for (const each of rows) {
    const [requests, tokens] = sums[keyOf(each)] ?? [0, 0];
    sums[keyOf(each)] = [requests + 1, tokens + each.tokens_input];
  }
  return sums;
}

it('sums and counts are those of the rows, of two services on a file, over restarts and clocks that are set', async () => {
  await fc.assert(
    fc.asyncProperty(anySteps, async (steps) => {
      const path = statePath();
      const services = [openService(path), openService(path)];
      const expected = new Expected();
      let made = 0;
      for (const [which, step] of steps) {
        let service = services[which] ?? openService(path);
        if (step.do === 'add') {
          const timestamp = service.clock.now;
          const rows = step.rows.map((changes) => row({ ...changes, timestamp, request_id: String((made += 1)) }));
          service.store.add(rows);
          expected.add(rows);
        } else if (step.do === 'set clock') {
          service.clock.now = base + step.days * dayMs + step.days * 977_000;
        } else if (step.do === 'restart') {
          const { now } = service.clock;
          service.file.close();
          service = openService(path);
          service.clock.now = now;
          services[which] = service;
        } else {
          while (service.store.prune());
          expected.prune(service.clock.now);
        }
      }
      for (const { store, file } of services) {
        await expected.compare(store);
        file.close();
      }
    }),
    { numRuns: 30 },
  );
});

it.each(['UTC', 'Asia/Kolkata', 'America/New_York'])(
  'sums of any time are those of its hours, in %s, also where a day is longer',
  async (timeZone) => {
    process.env['TZ'] = timeZone;
    // Around the end of daylight-saving time.
    const start = Date.UTC(2026, 9, 30, 7);
    const anyTime = fc.integer({ min: 0, max: 120 * 4 }).map((quarters) => start + (quarters * hourMs) / 4);
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyTime, { minLength: 1, maxLength: 40 }),
        anyTime,
        anyTime,
        async (times, from, until) => {
          const { store, file } = openService(statePath());
          const rows = times.map((timestamp) => row({ timestamp }));
          store.add(rows);
          for (const period of ['hour', 'day'] as Period[]) {
            const meant = rows.filter(({ timestamp }) => {
              const at = startOf(period, timestamp);
              return at >= startOf(period, from) && at < until;
            });
            const byStart = await store.sumsByStart(period, { from, until });
            expect(tokensOf(byStart)).toEqual(tokensBy(meant, ({ timestamp }) => String(startOf(period, timestamp))));
            if (from >= until) continue;
            expect(tokensOf(await store.sumsBy('client', period, { from, until }))).toEqual(
              tokensBy(meant, () => 'ada'),
            );
          }
          file.close();
        },
      ),
      { numRuns: 20 },
    );
  },
);
