import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSize, parseSize } from '../../src/config/size.ts';

describe('parseSize', () => {
  it.each([
    ['0', 0],
    ['100b', 100],
    ['1kb', 1024],
    ['1.5mb', 1_572_864],
    ['32mb', 33_554_432],
    ['32 MB', 33_554_432],
    ['1gb', 1_073_741_824],
  ])('%s is %d bytes', (text, expected) => {
    expect(parseSize(text)).toBe(expected);
  });

  it.each([
    ['', 'nothing'],
    ['32', 'a bare number'],
    ['-1mb', 'a negative size'],
    ['+1mb', 'a sign'],
    ['10xyz', 'an unknown unit, of which bytes would take the number'],
    ['1.5b', 'a fraction of a byte'],
    ['1e3kb', 'an exponent'],
    ['NaN', 'not a number'],
    ['Infinity', 'infinity'],
    ['1pb', 'a unit beyond any use'],
    ['9'.repeat(20) + 'gb', 'more than a number can hold exactly'],
    ['1mb ', 'a trailing space'],
  ])('%j is refused: %s', (text) => {
    expect(parseSize(text)).toBeUndefined();
  });
});

describe('formatSize', () => {
  it.each([
    [0, '0b'],
    [1500, '1500b'],
    [1536, '1536b'],
    [2048, '2kb'],
    [33_554_432, '32mb'],
  ])('%d bytes are shown as %s', (size, expected) => {
    expect(formatSize(size)).toBe(expected);
  });

  it('every size reads back as itself', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (size) => {
        expect(parseSize(formatSize(size))).toBe(size);
      }),
    );
  });
});
