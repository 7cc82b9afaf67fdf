import { describe, expect, it } from 'vitest';
import {
  formatCount,
  formatMs,
  formatShare,
  formatSpan,
  formatTime,
  formatUsd,
} from '../../../../src/http/pages/dashboard/format.js';

describe('figures on the page', () => {
  it.each([
    [0, '0'],
    [9999, '9,999'],
    [43_800, '43.8K'],
    [1_234_567, '1.2M'],
  ])('a count of %i is %s', (count, text) => {
    expect(formatCount(count)).toBe(text);
  });

  it.each([
    [null, '–'],
    [0, '$0.00'],
    [0.00234, '$0.0023'],
    [1.5, '$1.50'],
  ])('%s dollars are %s', (amount, text) => {
    expect(formatUsd(amount)).toBe(text);
  });

  it.each([
    [null, '–'],
    [0.4, '0 ms'],
    [999, '999 ms'],
    [5_040, '5.0 s'],
    [125_000, '2 min 5 s'],
  ])('%s ms are %s', (ms, text) => {
    expect(formatMs(ms)).toBe(text);
  });

  it.each([
    [-5, '0 s'],
    [59_000, '59 s'],
    [3_600_000, '1 h'],
    [3_660_000, '1 h 1 min'],
    [2 * 86_400_000 + 5_000, '2 d'],
  ])('a span of %i ms is %s', (ms, text) => {
    expect(formatSpan(ms)).toBe(text);
  });

  it('a share is in percent', () => {
    expect([formatShare(0.824), formatShare(1.1)]).toEqual(['82%', '110%']);
  });

  it('a time has its day where that is another', () => {
    const now = new Date(2026, 0, 31, 12, 0, 5).getTime();
    expect(formatTime(now, now)).toBe('12:00');
    expect(formatTime(now, now, 'second')).toBe('12:00:05');
    expect(formatTime(new Date(2026, 0, 30, 12).getTime(), now)).toBe('30 Jan, 12:00');
  });
});
