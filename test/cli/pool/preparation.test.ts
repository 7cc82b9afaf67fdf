import { describe, expect, it } from 'vitest';
import { selectForSetup } from '../../../src/cli/pool/preparation.ts';

const idleFor = (...keys: (string | undefined)[]) => keys.map((preparedFor, index) => ({ preparedFor, index }));
const indexes = (workers: { index: number }[]) => workers.map(({ index }) => index);

describe('selectForSetup', () => {
  it.each([
    { idle: idleFor(), prepare: [], end: [] },
    { idle: idleFor(undefined), prepare: [], end: [] },
    { idle: idleFor(undefined, undefined), prepare: [1], end: [] },
    { idle: idleFor('a', undefined), prepare: [], end: [] },
    { idle: idleFor('a', undefined, undefined), prepare: [2], end: [] },
    { idle: idleFor('b', undefined), prepare: [], end: [0] },
    { idle: idleFor('b', 'a'), prepare: [], end: [0] },
  ])('prepares all but one for a, and ends those for another: $idle', ({ idle, prepare, end }) => {
    const { unprepared, outdated } = selectForSetup(idle, 'a');
    expect({ prepare: indexes(unprepared), end: indexes(outdated) }).toEqual({ prepare, end });
  });
});
