import { expect, it } from 'vitest';
import { follow } from '../../../../src/http/pages/dashboard/follow.js';

/** What a stream does each time that it is asked for: it fails, or gives events and ends. */
type Attempt = Error | string[];

async function followed(attempts: Attempt[]): Promise<{ seen: string[]; waited: number[] }> {
  const seen: string[] = [];
  const waited: number[] = [];
  const over = new Error('no more attempts');
  await follow({
    open: () => {
      const attempt = attempts.shift();
      if (attempt === undefined || attempt instanceof Error) return Promise.reject(attempt ?? over);
      return Promise.resolve(iterate(attempt));
    },
    onOpen: () => seen.push('open'),
    onEvent: ({ data }) => seen.push(data),
    onLost: () => seen.push('lost'),
    // The page never stops; a test does.
    wait: (ms) => {
      waited.push(ms);
      return attempts.length === 0 ? Promise.reject(over) : Promise.resolve();
    },
  }).catch((error: unknown) => {
    expect(error).toBe(over);
  });
  return { seen, waited };
}

async function* iterate(all: string[]) {
  await Promise.resolve();
  for (const data of all) yield { name: 'message', data };
}

it('a stream is followed over its ends and failures, and told each time that it begins', async () => {
  const { seen } = await followed([['1', '2'], new Error('away'), ['3']]);
  expect(seen).toEqual(['open', '1', '2', 'lost', 'lost', 'open', '3', 'lost']);
});

it('it is tried again later and later while it fails, and soon after it has worked', async () => {
  const away = new Error('away');
  const { waited } = await followed([away, away, away, away, away, away, [], away]);
  expect(waited).toEqual([500, 1000, 2000, 4000, 8000, 8000, 500, 1000]);
});
