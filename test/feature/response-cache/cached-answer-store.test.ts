import { describe, expect, it } from 'vitest';
import { createCachedAnswerStore } from '../../../src/feature/response-cache/cached-answer-store.ts';
import { openState } from '../../state/open-state.ts';

function setup(maxBytes = 100) {
  const state = openState();
  const store = createCachedAnswerStore(state.file, { maxBytes, now: () => state.clock.now });
  const save = (key: string, events = '[]', ttlMs = 60_000) => {
    const { now } = state.clock;
    return store.save({ key, storedAt: now, expiresAt: now + ttlMs, events });
  };
  const keysOf = async (...keys: string[]) =>
    (await Promise.all(keys.map((key) => store.find(key)))).flatMap((answer) => answer?.key ?? []);
  return { ...state, store, save, keysOf };
}

describe('kept answers', () => {
  it('are found as they were saved, until they expire', async () => {
    const { store, save, clock } = setup();
    const storedAt = clock.now;
    await save('a', '["é"]');
    expect(await store.find('a')).toEqual({ key: 'a', storedAt, expiresAt: storedAt + 60_000, events: '["é"]' });
    clock.now += 60_000;
    expect(await store.find('a')).toBeUndefined();
  });

  it('are counted in bytes, also when one is replaced', async () => {
    const { store, save } = setup();
    await save('a', '["é"]');
    await save('b');
    expect(await store.size()).toEqual({ entries: 2, bytes: 8 });
    await save('a', '[1234]');
    expect(await store.size()).toEqual({ entries: 2, bytes: 8 });
    expect((await store.find('a'))?.events).toBe('[1234]');
  });

  it('take no more than they may: the oldest go first', async () => {
    const { store, save, keysOf, clock } = setup(10);
    for (const key of ['a', 'b', 'c']) {
      await save(key, '1234');
      clock.now += 1;
    }
    expect(await keysOf('a', 'b', 'c')).toEqual(['b', 'c']);
    expect(await store.size()).toEqual({ entries: 2, bytes: 8 });
  });

  it('go when they have expired, with a later one or when they are swept', async () => {
    const { store, save, clock } = setup();
    await save('a');
    await save('b', '[]', 120_000);
    clock.now += 60_000;
    await save('c');
    expect(await store.size()).toMatchObject({ entries: 2 });
    clock.now += 60_000;
    expect(store.prune()).toBe(false);
    expect(await store.size()).toEqual({ entries: 0, bytes: 0 });
  });

  it('are deleted in steps, but for those that came later', async () => {
    const { store, save, keysOf, clock } = setup(10_000);
    const until = clock.now;
    for (let index = 0; index < 256; index += 1) await save(`${index}`);
    clock.now += 1;
    await save('later');
    expect([await store.deleteUntil(until), await store.deleteUntil(until)]).toEqual([true, false]);
    expect(await store.size()).toMatchObject({ entries: 1 });
    expect(await keysOf('later')).toEqual(['later']);
  });
});
