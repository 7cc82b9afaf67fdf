import { describe, expect, it } from 'vitest';
import { planWarm } from '../../src/pool/plan-warm.ts';

const spare = (...models: string[]) => models.map((model, index) => ({ model, index }));
const limits = { warmPerModel: 2, maxWarm: 4 };

describe('planWarm', () => {
  it('starts what is missing', () => {
    expect(planWarm(['a', 'b'], spare('a'), limits)).toEqual({ missing: ['b', 'a', 'b'], surplus: [] });
  });

  it('gives every model its first process before any gets a second one', () => {
    expect(planWarm(['a', 'b', 'c'], [], limits).missing).toEqual(['a', 'b', 'c', 'a']);
  });

  it('gives the models used last their processes where there are too many', () => {
    expect(planWarm(['a', 'b', 'c'], [], { warmPerModel: 2, maxWarm: 2 }).missing).toEqual(['a', 'b']);
  });

  it('ends what is no longer wanted, the youngest of a model first', () => {
    const plan = planWarm(['a'], spare('old', 'a', 'a', 'a'), limits);
    expect(plan.missing).toEqual([]);
    expect(plan.surplus).toEqual([
      { model: 'old', index: 0 },
      { model: 'a', index: 3 },
    ]);
  });

  it.each([
    { warmPerModel: 0, maxWarm: 4 },
    { warmPerModel: 2, maxWarm: 0 },
  ])('wants nothing with %j', (none) => {
    expect(planWarm(['a'], spare('a'), none)).toEqual({ missing: [], surplus: spare('a') });
  });
});
