import { expect, it } from 'vitest';
import { LiveFeed } from '../../../src/feature/access/live-feed.ts';
import { collectGarbage } from '../../state/open-state.ts';
import { row } from './rows.ts';

it('tells each watcher what finishes from then on, in order, until it leaves', async () => {
  const feed = new LiveFeed();
  feed.publish(row({ request_id: 'before' }));
  const left = new AbortController();
  const seen: string[] = [];
  const watching = (async () => {
    for await (const event of feed.follow(left.signal)) {
      if (event.type === 'request') seen.push(event.row.request_id);
    }
  })();
  feed.publish(row({ request_id: 'a' }));
  await expect.poll(() => seen).toEqual(['a']);
  feed.publish(row({ request_id: 'b' }));
  feed.publish(row({ request_id: 'c' }));
  left.abort();
  await watching;
  expect(seen).toEqual(['a', 'b', 'c']);
});

it('tells who reads too slowly how much was missed, and goes on with the newest', async () => {
  const feed = new LiveFeed();
  const events = feed.follow(new AbortController().signal)[Symbol.asyncIterator]();
  for (let n = 0; n < 5000; n += 1) feed.publish(row({ request_id: String(n) }));
  const first = await events.next();
  expect(first.value).toEqual({ type: 'missed', count: 3072 });
  expect((await events.next()).value).toMatchObject({ row: { request_id: '3072' } });
});

it('keeps no more for ten thousand watchers that never read on than for none', async () => {
  const feed = new LiveFeed();
  const watchers = Array.from({ length: 10_000 }, () =>
    feed.follow(new AbortController().signal)[Symbol.asyncIterator](),
  );
  const firsts = watchers.map((watcher) => watcher.next());
  feed.publish(row());
  await Promise.all(firsts);
  const publish = (count: number): void => {
    for (let n = 0; n < count; n += 1) feed.publish(row({ request_id: `${n}${'x'.repeat(200)}` }));
  };
  // As many as are at hand.
  publish(2000);
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  publish(10_000);
  collectGarbage();
  // A hundredth of what a list for each of them would take.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(10 * 2 ** 20);
  expect((await watchers[0]?.next())?.value).toMatchObject({ type: 'missed' });
});
