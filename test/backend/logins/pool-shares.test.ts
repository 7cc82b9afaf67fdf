import { expect, it } from 'vitest';
import { PoolShares } from '../../../src/backend/logins/pool-shares.ts';

function open(maxWarm: number) {
  const clock = { now: 0 };
  const state = { preferred: 'a' };
  const shares = new PoolShares({
    maxWarm,
    idleAfterMs: 1000,
    preferred: () => state.preferred,
    ticks: () => clock.now,
  });
  const parts = () => ['a', 'b'].map((name) => shares.of(name).maxWarm());
  return { clock, state, shares, parts };
}

it('the processes that wait are divided among the logins in use', () => {
  const { clock, shares, parts } = open(4);
  expect(parts()).toEqual([4, 4]);
  shares.used('b');
  expect(parts()).toEqual([2, 2]);
  clock.now = 1001;
  expect(parts()).toEqual([4, 4]);
});

it('each login in use has one, unless there are to be none', () => {
  const few = open(1);
  few.shares.used('b');
  expect(few.parts()).toEqual([1, 1]);
  expect(open(0).parts()).toEqual([0, 0]);
});

it('only for the login that a new conversation goes to does one wait that nobody asked for', () => {
  const { state, shares } = open(4);
  const keeping = () => ['a', 'b'].filter((name) => shares.of(name).keepsDefault());
  expect(keeping()).toEqual(['a']);
  state.preferred = 'b';
  expect(keeping()).toEqual(['b']);
});
