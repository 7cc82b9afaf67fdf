import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import { createAccessStore } from '../../../src/feature/access/access-store.ts';
import { createPublishedSums } from '../../../src/feature/access/published-sums.ts';
import { sumRows } from '../../../src/feature/access/usage-sum.ts';
import { createUsageReader } from '../../../src/feature/access/usage-reader.ts';
import { openState } from '../../state/open-state.ts';
import { openSums } from './open-sums.ts';
import { base, row } from './rows.ts';

const hourMs = 3_600_000;
const ever = { from: 0, until: Number.MAX_SAFE_INTEGER };

async function open() {
  const { state } = await openSums();
  const options = { keepMs: 90 * 24 * hourMs, now: () => base };
  const published = createPublishedSums(state, options);
  const store = createAccessStore(openState().file, { ...options, maxRows: 1000 });
  return { published, store, usage: createUsageReader(store, { published, machine: () => 'own' }) };
}

describe('usage', () => {
  it('is that of this machine, the newest included, and of all others', async () => {
    const { published, store, usage } = await open();
    const earlier = base - 2 * hourMs;
    store.add([row({ client: 'bob' }), row({ client: 'eve' }), row({ client: 'eve', timestamp: base + 5 })]);
    await published.publish('own', sumRows([row({ client: 'eve' })]));
    await published.publish('other', sumRows([row({ client: 'ada', timestamp: earlier }), row({ client: 'eve' })]));
    await published.publish('third', sumRows([row({ client: 'eve', timestamp: base + 9 })]));
    expect(await usage.sumsBy('client', 'day', ever)).toMatchObject({
      scope: 'all',
      groups: [
        { key: 'ada', requests: 1, first_at: earlier },
        { key: 'bob', requests: 1 },
        { key: 'eve', requests: 4, tokens_input: 40, cost_usd: 1, first_at: base, last_at: base + 9 },
      ],
    });
    expect(await usage.sumsByStart('hour', ever)).toMatchObject({
      scope: 'all',
      groups: [
        { key: earlier - (earlier % hourMs), requests: 1 },
        { key: base - (base % hourMs), requests: 5 },
      ],
    });
  });

  it('is that of this machine alone where there is no database', async () => {
    const { store } = await open();
    store.add([row()]);
    const found = await createUsageReader(store).sumsBy('client', 'day', ever);
    expect(found).toEqual({ scope: 'machine', groups: [expect.objectContaining({ key: 'ada', requests: 1 })] });
  });

  it('says so where the database is out of reach, and is that of this machine then', async () => {
    const { store } = await open();
    store.add([row()]);
    const published = { find: () => Promise.reject(new HarnessError('INTERNAL', 'The database is away.')) };
    const usage = createUsageReader(store, { published, machine: () => 'own' });
    expect(await usage.sumsByStart('day', ever)).toEqual({
      scope: 'machine',
      incomplete: 'The database is away. These figures are of this machine alone.',
      groups: [expect.objectContaining({ requests: 1 })],
    });
  });

  it('fails where something unexpected is wrong', async () => {
    const { store } = await open();
    const published = { find: () => Promise.reject(new Error('unexpected')) };
    const usage = createUsageReader(store, { published, machine: () => 'own' });
    await expect(usage.sumsBy('model', 'hour', ever)).rejects.toThrow('unexpected');
  });
});
