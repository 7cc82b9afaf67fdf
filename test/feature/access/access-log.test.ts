import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import type { JournalEntry } from '../../../src/core/journal.ts';
import { AccessLog } from '../../../src/feature/access/access-log.ts';
import type { AccessRow } from '../../../src/feature/access/access-row.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { base } from './rows.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const entry = (changes: Partial<JournalEntry> = {}): JournalEntry => ({
  requestId: 'req_1',
  arrivedAt: base,
  route: '/v1/messages',
  dialect: 'anthropic',
  stream: true,
  background: false,
  model: 'haiku',
  served: 'claude-haiku-4-5',
  status: 200,
  clientGone: false,
  totalMs: 100,
  tokensIn: 100,
  tokensOut: 5,
  tokensCached: 30,
  tokensCachedFor5Minutes: 20,
  tokensCachedForHour: 10,
  toolCalls: 0,
  ...changes,
});

function setup({ isKept = true } = {}) {
  const batches: AccessRow[][] = [];
  const log = memoryLog();
  const state: { failure?: Error } = {};
  const store = {
    add(rows: readonly AccessRow[]) {
      if (state.failure !== undefined) throw state.failure;
      batches.push([...rows]);
    },
  };
  return { access: new AccessLog({ store, priceOf: () => 0.5, isKept, log }), batches, log, state };
}

const outage = new HarnessError('INTERNAL', 'The state file is locked.');

describe('the access log', () => {
  it('stores what finished within a second together', () => {
    const { access, batches } = setup();
    access.sink(entry({ requestId: 'a' }));
    access.sink(entry({ requestId: 'b' }));
    vi.advanceTimersByTime(999);
    expect(batches).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(batches.map((rows) => rows.map(({ request_id }) => request_id))).toEqual([['a', 'b']]);
    vi.advanceTimersByTime(60_000);
    expect(batches).toHaveLength(1);
  });

  it('tells prompts from what was cached, and prices them', () => {
    const { access, batches } = setup();
    access.sink(entry());
    access.sink(entry({ isSpeciallyPriced: true }));
    access.store();
    expect(batches[0]).toMatchObject([
      { tokens_input: 40, cache_read_tokens: 30, cache_write_5m_tokens: 20, cache_write_1h_tokens: 10, cost_usd: 0.5 },
      { cost_usd: null },
    ]);
  });

  it('stores much in bounded steps', () => {
    const { access, batches } = setup();
    for (let n = 0; n < 1200; n += 1) access.sink(entry());
    vi.advanceTimersByTime(1000);
    vi.advanceTimersByTime(100);
    expect(batches.map(({ length }) => length)).toEqual([500, 500, 200]);
  });

  it('stores the rest at the end', () => {
    const { access, batches } = setup();
    access.sink(entry());
    access.close();
    expect(batches).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps a bounded number while the state file can’t be written, and says once how many are missing', () => {
    const { access, batches, log, state } = setup();
    state.failure = outage;
    for (let n = 0; n < 10_100; n += 1) access.sink(entry());
    vi.advanceTimersByTime(10_000);
    expect(access.backlog).toEqual({ pending: 10_000, dropped: 100 });
    expect(log.lines).toEqual([]);
    delete state.failure;
    vi.advanceTimersByTime(2000);
    expect(batches.flat()).toHaveLength(10_000);
    expect(access.backlog).toEqual({ pending: 0, dropped: 100 });
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { missing: 100 } }]);
  });

  it('says at the end what could not be stored', () => {
    const { access, log, state } = setup();
    state.failure = outage;
    access.sink(entry());
    access.close();
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { missing: 1 } }]);
  });

  it('goes on after rows that can’t be stored for a reason of their own', () => {
    const { access, batches, log, state } = setup();
    state.failure = new TypeError('a mistake');
    access.sink(entry());
    access.store();
    delete state.failure;
    access.sink(entry());
    access.store();
    expect(batches).toHaveLength(1);
    expect(log.lines.map(({ level }) => level)).toEqual(['error', 'warn']);
  });

  it('keeps nothing where nothing is to be kept, and tells it all the same', async () => {
    const { access, batches } = setup({ isKept: false });
    const watching = access.feed.follow(new AbortController().signal)[Symbol.asyncIterator]();
    access.sink(entry());
    access.close();
    expect(batches).toEqual([]);
    expect((await watching.next()).value).toMatchObject({ type: 'request', row: { request_id: 'req_1' } });
  });

  it('knows a bounded number of clients', () => {
    const { access, batches } = setup();
    for (let n = 0; n <= 1000; n += 1) access.sink(entry({ client: `c${n}` }));
    access.sink(entry({ client: 'c7' }));
    access.store();
    expect(
      batches
        .flat()
        .slice(-3)
        .map(({ client }) => client),
    ).toEqual(['c999', 'other', 'c7']);
  });
});
