import { describe, expect, it } from 'vitest';
import { planPreparation } from '../../../src/cli/pool/preparation.ts';

const waiting = (...keys: (string | undefined)[]) => keys.map((preparedFor, index) => ({ preparedFor, index }));
const indexes = (workers: { index: number }[]) => workers.map(({ index }) => index);

describe('planPreparation', () => {
  it.each([
    { idle: waiting(), prepare: [], end: [] },
    { idle: waiting(undefined), prepare: [], end: [] },
    { idle: waiting(undefined, undefined), prepare: [1], end: [] },
    { idle: waiting('a', undefined), prepare: [], end: [] },
    { idle: waiting('a', undefined, undefined), prepare: [2], end: [] },
    { idle: waiting('b', undefined), prepare: [], end: [0] },
    { idle: waiting('b', 'a'), prepare: [], end: [0] },
  ])('prepares all but one for a, and ends those for another: $idle', ({ idle, prepare, end }) => {
    const plan = planPreparation(idle, 'a');
    expect({ prepare: indexes(plan.prepare), end: indexes(plan.end) }).toEqual({ prepare, end });
  });
});
