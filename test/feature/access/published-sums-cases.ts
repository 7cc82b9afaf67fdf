import { describe, expect, it } from 'vitest';
import { createPublishedSums, otherMachines, sumsAtOnce } from '../../../src/feature/access/published-sums.ts';
import { sumRows, type UsageSum } from '../../../src/feature/access/usage-sum.ts';
import { selectBy, selectByStart } from '../../../src/feature/access/usage-sums-query.ts';
import { countRows, type OpenShared } from '../../state/open-shared.ts';
import { row } from './rows.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const keepMs = 30 * dayMs;
const ever = { from: 0, until: Number.MAX_SAFE_INTEGER };

/** What holds in every kind of database. */
export function describePublishedSums(openShared: () => Promise<OpenShared>): void {
  async function open() {
    const shared = await openShared();
    const { state, clock } = shared;
    const sums = createPublishedSums(state, { keepMs, now: () => clock.now });
    const of = (...rows: Parameters<typeof row>[0][]): UsageSum[] =>
      sumRows(rows.map((changes) => row({ timestamp: clock.now, ...changes })));
    const byClient = (machine: string) => sums.find<string>(machine, selectBy('client', 'day', ever, otherMachines));
    return { ...shared, sums, of, byClient };
  }

  describe('published sums', () => {
    it('are read by all machines but their own, and added up', async () => {
      const { sums, of, byClient, clock } = await open();
      await sums.publish('a', of({ client: 'ada' }, { client: 'ada', cost_usd: null, error_code: 'QUEUE_FULL' }));
      await sums.publish('b', of({ client: 'ada' }, { client: null, timestamp: clock.now + 1000 }));
      expect(await byClient('c')).toEqual([
        {
          ...{ key: '', requests: 1, failed: 0, cost_usd: 0.25, unpriced_requests: 0 },
          ...{ tokens_input: 10, tokens_output: 20, cache_read_tokens: 30, tokens_thinking: 6 },
          ...{ cache_write_5m_tokens: 4, cache_write_1h_tokens: 5 },
          ...{ first_at: clock.now + 1000, last_at: clock.now + 1000 },
        },
        {
          ...{ key: 'ada', requests: 3, failed: 1, cost_usd: 0.5, unpriced_requests: 1 },
          ...{ tokens_input: 30, tokens_output: 60, cache_read_tokens: 90, tokens_thinking: 18 },
          ...{ cache_write_5m_tokens: 12, cache_write_1h_tokens: 15 },
          ...{ first_at: clock.now, last_at: clock.now },
        },
      ]);
      expect(await byClient('a')).toMatchObject([
        { key: '', requests: 1 },
        { key: 'ada', requests: 1 },
      ]);
      const hours = await sums.find<number>('b', selectByStart('hour', ever, otherMachines));
      expect(hours).toMatchObject([{ key: clock.now - (clock.now % hourMs), requests: 2 }]);
      expect(
        await sums.find(
          'b',
          selectBy('model', 'hour', { from: clock.now - 3 * dayMs, until: clock.now + 1 }, otherMachines),
        ),
      ).toMatchObject([{ key: 'claude-haiku-4-5', requests: 2 }]);
    });

    it('stay as they are when they are published again, and when what is older comes later', async () => {
      const { sums, of, byClient } = await open();
      const before = of({});
      const after = of({}, { tokens_input: 1 });
      await sums.publish('a', before);
      for (const again of [after, after, before]) {
        await sums.publish('a', again);
        expect(await byClient('b')).toMatchObject([{ requests: 2, tokens_input: 11 }]);
      }
    });

    it('are counted by period', async () => {
      const { sums, of, clock } = await open();
      await sums.publish('a', of({}, { client: 'bob' }, { timestamp: clock.now - hourMs }));
      await sums.publish('b', of({}));
      const hour = clock.now - (clock.now % hourMs);
      const counts = await sums.counts('a');
      expect(counts.filter(({ period }) => period === 'hour').toSorted((a, b) => a.start - b.start)).toEqual([
        { period: 'hour', start: hour - hourMs, requests: 1 },
        { period: 'hour', start: hour, requests: 2 },
      ]);
      expect(counts.reduce((sum, { requests }) => sum + requests, 0)).toBe(9);
    });

    it('hold any name, and larger numbers than 32 bits have', async () => {
      const { sums, of, byClient } = await open();
      const client = 'Ünï "quoted" \\ \' 名';
      await sums.publish('a', of({ client, tokens_input: 3_000_000_000 }, { client, tokens_input: 3_000_000_000 }));
      expect(await byClient('b')).toMatchObject([{ key: client, tokens_input: 6_000_000_000 }]);
    });

    it('go when they are as old as in the state file of their machine, whoever prunes', async () => {
      const { sums, of, byClient, clock, ...shared } = await open();
      const other = createPublishedSums(shared.state, { keepMs: 0, now: () => clock.now });
      const many = Array.from({ length: 260 }, (_, n) => ({ client: `client ${n}` }));
      const published = of(...many);
      while (published.length > 0) await sums.publish('a', published.splice(0, sumsAtOnce));
      expect(await other.prune()).toBe(false);
      expect(await countRows(shared, 'usage_sums')).toBe(521);
      clock.now += keepMs + dayMs;
      while (await other.prune());
      expect(await countRows(shared, 'usage_sums')).toBe(260);
      clock.now += 2 * 365 * dayMs;
      while (await other.prune());
      expect(await byClient('b')).toEqual([]);
    });
  });
}
