import { describe, expect, it } from 'vitest';
import { applySplices } from '../../src/router/splice.ts';

describe('splices', () => {
  it('put in, take out and replace, in any order', () => {
    const splices = [
      { offset: 4, removed: 'e', inserted: '' },
      { offset: 0, removed: '', inserted: '>' },
      { offset: 2, removed: 'cd', inserted: 'xyz' },
    ];
    expect(applySplices('abcdef', splices)).toBe('>abxyzf');
  });

  it.each([
    ['something else stands there', [{ offset: 0, removed: 'b', inserted: '' }]],
    [
      'they overlap',
      [
        { offset: 0, removed: 'ab', inserted: '' },
        { offset: 1, removed: 'b', inserted: '' },
      ],
    ],
  ])('are refused when %s', (_, splices) => {
    expect(() => applySplices('abc', splices)).toThrow('does not fit');
  });
});
