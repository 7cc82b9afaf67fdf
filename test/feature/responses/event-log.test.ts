import { describe, expect, it } from 'vitest';
import { EventLog } from '../../../src/feature/responses/event-log.ts';

const events = [{ n: 0 }, { n: 1 }, { n: 2 }];
const never = new AbortController().signal;

async function all(iterable: AsyncIterable<object>): Promise<object[]> {
  const seen: object[] = [];
  for await (const event of iterable) seen.push(event);
  return seen;
}

describe('the events of an answer', () => {
  it('come to all who follow it, in their order, whenever they began to', async () => {
    const log = new EventLog();
    const early = all(log.follow(0, never));
    log.add(events.slice(0, 1));
    await Promise.resolve();
    const late = all(log.follow(0, never));
    log.add(events.slice(1));
    log.close();
    expect(await early).toEqual(events);
    expect(await late).toEqual(events);
    expect(await all(log.follow(2, never))).toEqual(events.slice(2));
    expect(await all(log.follow(9, never))).toEqual([]);
    expect(log.length).toBe(3);
  });

  it('keep nobody who leaves', async () => {
    const log = new EventLog();
    log.add(events);
    const left = new AbortController();
    const seen: object[] = [];
    const following = (async () => {
      for await (const event of log.follow(0, left.signal)) seen.push(event);
    })();
    await new Promise(setImmediate);
    expect(seen).toEqual(events);
    left.abort();
    await following;
    expect(await all(log.follow(0, left.signal))).toEqual([]);
  });
});
