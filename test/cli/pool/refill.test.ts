import { describe, expect, it } from 'vitest';
import { planWarm, type Wanted } from '../../../src/cli/pool/refill.ts';

const spare = (...models: string[]) => models.map((model, index) => ({ model, index }));
const two = (...models: string[]): Wanted[] => models.map((model) => ({ model, count: 2 }));

describe('planWarm', () => {
  it('starts what is missing', () => {
    expect(planWarm(two('a', 'b'), spare('a'), 4)).toEqual({ missing: ['b', 'a', 'b'], surplus: [] });
  });

  it('gives every model its first process before any gets a second one', () => {
    expect(planWarm(two('a', 'b', 'c'), [], 4).missing).toEqual(['a', 'b', 'c', 'a']);
  });

  it('gives each model as many as are wanted of it', () => {
    const wanted = [
      { model: 'a', count: 1 },
      { model: 'b', count: 4 },
      { model: 'c', count: 0 },
    ];
    expect(planWarm(wanted, [], 8).missing).toEqual(['a', 'b', 'b', 'b', 'b']);
    expect(planWarm(wanted, [], 3).missing).toEqual(['a', 'b', 'b']);
  });

  it('gives the models used last their processes where there are too many', () => {
    expect(planWarm(two('a', 'b', 'c'), [], 2).missing).toEqual(['a', 'b']);
  });

  it('ends what is no longer wanted, the youngest of a model first', () => {
    const plan = planWarm(two('a'), spare('old', 'a', 'a', 'a'), 4);
    expect(plan.missing).toEqual([]);
    expect(plan.surplus).toEqual([
      { model: 'old', index: 0 },
      { model: 'a', index: 3 },
    ]);
  });

  it.each([
    [[{ model: 'a', count: 0 }], 4],
    [two('a'), 0],
    [[], 4],
  ])('wants nothing with %j, at most %d', (wanted, maxWarm) => {
    expect(planWarm(wanted, spare('a'), maxWarm)).toEqual({ missing: [], surplus: spare('a') });
  });
});
