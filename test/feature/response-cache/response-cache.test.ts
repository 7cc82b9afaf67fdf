import { describe, expect, it } from 'vitest';
import type { CacheOutcome, CachePolicy } from '../../../src/core/cache.ts';
import { HarnessError } from '../../../src/core/errors.ts';
import { readControls } from '../../../src/feature/response-cache/cache-controls.ts';
import { createCachedAnswerStore } from '../../../src/feature/response-cache/cached-answer-store.ts';
import { ResponseCache, type CacheableTurn } from '../../../src/feature/response-cache/response-cache.ts';
import { openState, type OpenState } from '../../state/open-state.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { never } from '../../support/hello.ts';
import { eventually } from '../../util/eventually.ts';
import { answer, receive, turnsByHand } from './turn-by-hand.ts';

const maxBytes = 1024 ** 2;
const joined = [answer[0], answer[1], { type: 'text', id: 0, text: 'Hello' }, ...answer.slice(4)];

interface Ask extends Partial<Pick<CacheableTurn, 'key' | 'isBuffered' | 'wasServedAsExpected'>> {
  header?: string;
  ttl?: number;
  policy?: Partial<CachePolicy>;
  signal?: AbortSignal;
}

function setup(state: OpenState = openState()) {
  const now = () => state.clock.now;
  const store = createCachedAnswerStore(state.file, { maxBytes, now });
  const cache = new ResponseCache({ store, maxBytes, log: memoryLog(), now });
  const turns = turnsByHand();
  const ask = ({ header, ttl, policy, signal = never, ...changes }: Ask = {}) => {
    const outcomes: CacheOutcome[] = [];
    const turn: CacheableTurn = {
      key: 'a',
      controls: readControls(header, ttl === undefined ? {} : { ttl }),
      policy: { ttlMs: 60_000, tools: false, ...policy },
      isBuffered: false,
      run: (own) => turns.run(own),
      wasServedAsExpected: () => true,
      onOutcome: (outcome) => outcomes.push(outcome),
      ...changes,
    };
    return { ...receive(cache.answer(turn, signal)), outcomes };
  };
  const begun = (count: number) =>
    eventually(() => {
      expect(turns.begun).toBe(count);
    });
  /** Asks, and answers the turn that it takes. */
  const askModel = async (changes: Ask = {}) => {
    const index = turns.begun;
    const asked = ask(changes);
    await begun(index + 1);
    turns.give(index, ...answer);
    turns.end(index);
    await asked.done;
    return asked;
  };
  /** Whether the answer was a kept one. */
  const isHit = async (changes: Ask = {}) => {
    const asked = ask({ ...changes, header: 'only-if-cached' });
    return (await asked.done) === undefined;
  };
  return { ...state, cache, turns, ask, askModel, begun, isHit };
}

describe('an answer', () => {
  it('is given again to an equal request, and tells how old it is', async () => {
    const { ask, askModel, turns, clock } = setup();
    const first = await askModel();
    expect(first.outcomes.at(-1)).toEqual({ kind: 'miss', why: 'miss', isStored: true });
    clock.now += 20_000;
    const second = ask();
    expect(await second.done).toBeUndefined();
    expect([first.events, second.events, turns.begun]).toEqual([answer, joined, 1]);
    expect(second.outcomes).toEqual([{ kind: 'hit', ageMs: 20_000, ttlMs: 40_000 }]);
  });

  it('is given to no other request', async () => {
    const { askModel, isHit } = setup();
    await askModel();
    expect([await isHit(), await isHit({ key: 'b' })]).toEqual([true, false]);
  });

  it('is given to requests that are whole and to streams', async () => {
    const { askModel, isHit } = setup();
    await askModel({ isBuffered: true });
    expect(await isHit({ isBuffered: false })).toBe(true);
  });

  it('outlives a restart', async () => {
    const first = setup();
    await first.askModel();
    first.file.close();
    const again = setup(openState({ path: first.path }));
    expect(await again.isHit()).toBe(true);
  });

  it.each<[string, Ask, number]>([
    ['the time of its owner', {}, 60_000],
    ['the shorter time of its request', { ttl: 10 }, 10_000],
    ['the time of its owner where the request asks for more', { ttl: 3600 }, 60_000],
  ])('is kept for %s', async (_name, asked, ttlMs) => {
    const { askModel, isHit, clock } = setup();
    await askModel(asked);
    clock.now += ttlMs - 1;
    expect(await isHit()).toBe(true);
    clock.now += 1;
    expect(await isHit()).toBe(false);
  });

  it('is given no longer than the owner allows now', async () => {
    const { askModel, isHit, clock } = setup();
    await askModel();
    clock.now += 5000;
    expect(await isHit({ policy: { ttlMs: 5000 } })).toBe(false);
  });

  it.each<[string, Ask]>([
    ['for no time', { ttl: 0 }],
    ['that came from another backend', { wasServedAsExpected: () => false }],
  ])('%s is not kept', async (_name, asked) => {
    const { askModel, isHit } = setup();
    expect((await askModel(asked)).outcomes.at(-1)).toMatchObject({ isStored: false });
    expect(await isHit()).toBe(false);
  });

  it('is kept in memory where the state file is not usable', async () => {
    const { askModel, isHit, file } = setup();
    file.close();
    await askModel();
    expect(await isHit()).toBe(true);
  });
});

describe('a request', () => {
  it('that wants a new answer gets one, which is kept', async () => {
    const { ask, askModel, isHit, clock } = setup();
    await askModel();
    clock.now += 50_000;
    const asked = await askModel({ header: 'no-cache' });
    expect(asked.outcomes.at(-1)).toEqual({ kind: 'miss', why: 'request', isStored: true });
    clock.now += 50_000;
    expect(await isHit()).toBe(true);
    const again = ask();
    await again.done;
    expect(again.outcomes).toEqual([{ kind: 'hit', ageMs: 50_000, ttlMs: 10_000 }]);
  });

  it('is given no answer that is older than it wants', async () => {
    const { ask, askModel, clock } = setup();
    await askModel();
    clock.now += 10_000;
    const young = ask({ header: 'max-age=10' });
    expect([await young.done, young.outcomes[0]?.kind]).toEqual([undefined, 'hit']);
    expect((await askModel({ header: 'max-age=9' })).outcomes[0]).toMatchObject({ kind: 'miss', why: 'request' });
  });

  it('that takes only a kept answer fails where there is none, and asks nobody', async () => {
    const { ask, turns } = setup();
    expect(await ask({ header: 'only-if-cached' }).done).toMatchObject({ code: 'NOT_CACHED' });
    expect(turns.begun).toBe(0);
  });
});

describe('equal requests that come together', () => {
  it('share a turn, which is kept once', async () => {
    const { ask, turns, begun, cache } = setup();
    const first = ask();
    await begun(1);
    const second = ask();
    await eventually(() => {
      expect(second.outcomes).toEqual([{ kind: 'joined', pays: false }]);
    });
    turns.give(0, ...answer);
    turns.end(0);
    await Promise.all([first.done, second.done]);
    expect([first.events, second.events, turns.begun]).toEqual([answer, answer, 1]);
    expect(await cache.stats()).toMatchObject({ entries: 1, hits: 0, misses: 1, stored: 1, joined: 1 });
  });

  it.each<[string, Ask, Ask]>([
    ['one of them is whole', {}, { isBuffered: true }],
    ['the later one wants a new answer', {}, { header: 'no-cache' }],
    ['they are not equal', {}, { key: 'b' }],
  ])('do not where %s', async (_name, one, other) => {
    const { ask, turns, begun } = setup();
    const first = ask(one);
    await begun(1);
    const asked = [first, ask(other)];
    await begun(2);
    for (const index of [0, 1]) {
      turns.give(index, ...answer);
      turns.end(index);
    }
    expect(await Promise.all(asked.map(({ done }) => done))).toEqual([undefined, undefined]);
  });

  it('all get the failure of their turn, and the next one asks again', async () => {
    const { ask, askModel, turns, begun, isHit } = setup();
    const asked = [ask(), ask()];
    await begun(1);
    const failure = new HarnessError('OVERLOADED', 'Busy.');
    turns.give(0, ...answer.slice(0, 3));
    turns.end(0, failure);
    expect(await Promise.all(asked.map(({ done }) => done))).toEqual([failure, failure]);
    expect(await isHit()).toBe(false);
    await askModel();
    expect(turns.begun).toBe(2);
  });

  it('the turn counts as that of the first who is still there', async () => {
    const { ask, turns, begun } = setup();
    const leaving = new AbortController();
    const first = ask({ signal: leaving.signal });
    await begun(1);
    const second = ask();
    await eventually(() => {
      expect(second.outcomes).toHaveLength(1);
    });
    leaving.abort(new HarnessError('ABORTED', 'gone'));
    await first.done;
    turns.give(0, ...answer);
    turns.end(0);
    expect(await second.done).toBeUndefined();
    expect(second.outcomes.at(-1)).toEqual({ kind: 'joined', pays: true });
  });

  it('a turn that all have left is not joined', async () => {
    const { ask, turns, begun, askModel } = setup();
    const leaving = new AbortController();
    const first = ask({ signal: leaving.signal });
    await begun(1);
    leaving.abort(new HarnessError('ABORTED', 'gone'));
    await first.done;
    expect((await askModel()).events).toEqual(answer);
    expect(turns.begun).toBe(2);
  });
});

describe('clearing', () => {
  it('forgets every answer, in memory and in the state file', async () => {
    const { askModel, cache, isHit, path, file } = setup();
    await askModel();
    await askModel({ key: 'b' });
    expect(await cache.clear()).toBe(2);
    expect(await cache.stats()).toMatchObject({ entries: 0, bytes: 0 });
    expect(await isHit()).toBe(false);
    file.close();
    expect(await setup(openState({ path })).isHit()).toBe(false);
  });

  it('neither keeps nor shares what is being answered', async () => {
    const { ask, turns, begun, cache, askModel, isHit } = setup();
    const first = ask();
    await begun(1);
    await cache.clear();
    const second = ask({ ttl: 0 });
    await begun(2);
    turns.give(0, ...answer);
    turns.end(0);
    turns.give(1, ...answer);
    turns.end(1);
    await Promise.all([first.done, second.done]);
    expect(await isHit()).toBe(false);
    await askModel();
    expect(await isHit()).toBe(true);
  });
});
