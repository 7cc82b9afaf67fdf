import { describe, expect, it } from 'vitest';
import { planRefill, type WarmTarget } from '../../../src/cli/pool/refill.ts';

const warm = (...models: string[]) => models.map((model, index) => ({ model, index }));
const two = (...models: string[]): WarmTarget[] => models.map((model) => ({ model, count: 2 }));

describe('planRefill', () => {
  it('starts what is missing', () => {
    expect(planRefill(two('a', 'b'), warm('a'), 4)).toEqual({ missing: ['b', 'a', 'b'], surplus: [] });
  });

  it('gives every model its first process before any gets a second one', () => {
    expect(planRefill(two('a', 'b', 'c'), [], 4).missing).toEqual(['a', 'b', 'c', 'a']);
  });

  it('gives each model as many as its target says', () => {
    const targets = [
      { model: 'a', count: 1 },
      { model: 'b', count: 4 },
      { model: 'c', count: 0 },
    ];
    expect(planRefill(targets, [], 8).missing).toEqual(['a', 'b', 'b', 'b', 'b']);
    expect(planRefill(targets, [], 3).missing).toEqual(['a', 'b', 'b']);
  });

  it('gives the models used last their processes where there are too many', () => {
    expect(planRefill(two('a', 'b', 'c'), [], 2).missing).toEqual(['a', 'b']);
  });

  it('ends what no target asks for, the youngest of a model first', () => {
    const plan = planRefill(two('a'), warm('old', 'a', 'a', 'a'), 4);
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
  ])('starts nothing with %j, at most %d', (targets, maxWarm) => {
    expect(planRefill(targets, warm('a'), maxWarm)).toEqual({ missing: [], surplus: warm('a') });
  });
});
