import { describe, expect, it } from 'vitest';
import { RouterFileError } from '../../src/router/errors.ts';
import { olla } from '../../src/router/formats/olla.ts';
import { providers } from '../../src/router/formats/providers.ts';
import { librechat } from '../../src/router/formats/librechat.ts';
import { choosePriority } from '../../src/router/priority.ts';

const entries = (...numbers: unknown[]) => numbers.map((priority) => (priority === undefined ? {} : { priority }));

describe('the priority', () => {
  it.each([
    ['before the lowest, where that is first', providers, [30, 20, 40], 19],
    ['the lowest, where nothing may stand below it', providers, [1, 2], 1],
    ['none, where no other has one', providers, [undefined], undefined],
    ['before the lowest of those that have one', providers, [undefined, '5'], 4],
    ['none, where the others have no whole numbers', providers, [1.5, 'high'], undefined],
    ['after the highest, where that is first', olla, [50, 200], 201],
    ['above what an endpoint without one has', olla, [50, undefined], 101],
    ['that of an endpoint without one, where there is no other', olla, [], 100],
  ])('is %s', (_, format, numbers, expected) => {
    expect(choosePriority(undefined, format, entries(...numbers), undefined).value).toBe(expected);
  });

  it('is never read out of anything else', () => {
    const others = [
      { name: 'primary', priority: 10, note: 'highest first' },
      { name: 'fallback', priority: 5 },
    ];
    expect(choosePriority(undefined, providers, others, undefined)).toEqual({
      value: 4,
      note: 'priority 4: the lowest is tried first; --priority sets another',
    });
  });

  it('is the one asked for, else that of the provider switched off', () => {
    expect(choosePriority(7, providers, entries(1), { priority: 3 })).toEqual({ value: 7, note: undefined });
    expect(choosePriority(undefined, providers, entries(1), { priority: 3 })).toMatchObject({ value: 3 });
    expect(choosePriority(undefined, olla, entries(1), {})).toMatchObject({ value: 100 });
  });

  it('cannot be asked of a router that has none', () => {
    expect(() => choosePriority(1, librechat, [], undefined)).toThrow(RouterFileError);
    expect(() => choosePriority(1, librechat, [], undefined)).toThrow(
      'LibreChat has no priorities: leave --priority out',
    );
    expect(choosePriority(undefined, librechat, [], undefined).value).toBeUndefined();
  });
});
