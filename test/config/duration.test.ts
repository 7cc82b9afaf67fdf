import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, maxDurationMs, parseDuration } from '../../src/config/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['0', 0],
    ['0s', 0],
    ['250ms', 250],
    ['30s', 30_000],
    ['1.5s', 1500],
    ['1.005s', 1005],
    ['10m', 600_000],
    ['10 minutes', 600_000],
    ['1h30m', 5_400_000],
    ['1h 30m', 5_400_000],
    ['1m500ms', 60_500],
    ['1d', 86_400_000],
    ['24d', 2_073_600_000],
  ])('%s is %d ms', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  it.each([
    ['', 'nothing'],
    ['10', 'a bare number'],
    ['-10s', 'a negative duration'],
    ['-0', 'a negative zero'],
    ['+5s', 'a sign'],
    ['.5s', 'a number without its first digit'],
    ['1e3s', 'an exponent'],
    ['NaN', 'not a number'],
    ['.nan', "YAML's not a number"],
    ['Infinity', 'infinity'],
    ['.inf', "YAML's infinity"],
    ['10M', 'a unit in capitals, which might mean months'],
    ['10w', 'weeks'],
    ['10 parsecs', 'an unknown unit'],
    ['30m1h', 'units that grow'],
    ['1m1m', 'a unit that repeats'],
    ['10m5', 'a part without a unit'],
    ['0.5ms', 'a fraction of a millisecond'],
    ['24d1ms', 'more than 24 days'],
    ['9'.repeat(40) + 'd', 'far more than 24 days'],
    [' 10m', 'a leading space'],
    ['10m\n', 'a trailing line break'],
  ])('%j is refused: %s', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('nothing that it accepts is beyond what setTimeout can hold', () => {
    expect(maxDurationMs).toBeLessThan(2 ** 31);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [60_000, '1m'],
    [90_000, '1m30s'],
    [86_400_001, '1d1ms'],
  ])('%d ms is shown as %s', (durationMs, expected) => {
    expect(formatDuration(durationMs)).toBe(expected);
  });

  it('every duration reads back as itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: maxDurationMs }), (durationMs) => {
        expect(parseDuration(formatDuration(durationMs))).toBe(durationMs);
      }),
    );
  });
});
