import { describe, expect, it } from 'vitest';
import { without } from '../../../../src/core/without.ts';
import { startOf, toBuckets, usagePath } from '../../../../src/http/pages/dashboard/usage-buckets.js';
import type { WireUsageGroup } from '../../../../src/http/routes/logs/log-schema.ts';

const now = new Date(2026, 0, 31, 14, 30).getTime();

function group(start: Date, requests: number): WireUsageGroup {
  return {
    start: start.toISOString(),
    first_request: start.toISOString(),
    last_request: start.toISOString(),
    requests,
    failed: 1,
    tokens_input: 10,
    tokens_output: 20,
    cache_read_tokens: 30,
    cache_write_5m_tokens: 4,
    cache_write_1h_tokens: 5,
    tokens_thinking: 6,
    tokens_total: 69,
    cost_usd: 0.25,
    unpriced_requests: 0,
  };
}

describe('what was used over time', () => {
  it('is asked for from midnight on, by the hour for a day and by the day for more', () => {
    const midnight = new Date(2026, 0, 31).toISOString();
    expect(usagePath('time', 'today', now)).toBe(`v1/usage?by=hour&since=${midnight}`);
    expect(usagePath('model', 'today', now)).toBe(`v1/usage?by=model&since=${midnight}`);
    expect(usagePath('time', 'week', now)).toBe(`v1/usage?by=day&since=${new Date(2026, 0, 25).toISOString()}`);
    expect(startOf('month', now)).toBe(new Date(2026, 0, 2).getTime());
  });

  it('has each hour until now, those in which nothing was asked included', () => {
    const buckets = toBuckets({ data: [group(new Date(2026, 0, 31, 9), 3)] }, 'today', now);
    expect(buckets.map(({ requests }) => requests)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0]);
    expect(buckets[9]).toEqual({
      start: new Date(2026, 0, 31, 9).getTime(),
      ...{ requests: 3, failed: 1, tokensIn: 49, tokensOut: 20, costUsd: 0.25 },
    });
  });

  it('has each day, to which those of a service in another time zone are added', () => {
    const data = [
      group(new Date(2026, 0, 24, 20), 1),
      group(new Date(2026, 0, 25, 20), 2),
      group(new Date(2026, 0, 31), 4),
    ];
    const buckets = toBuckets({ data }, 'week', now);
    expect(buckets.map(({ requests }) => requests)).toEqual([1, 2, 0, 0, 0, 0, 4]);
    expect(buckets.map(({ start }) => new Date(start).getDate())).toEqual([25, 26, 27, 28, 29, 30, 31]);
  });

  it('leaves out what has no start', () => {
    const rest = without(group(new Date(2026, 0, 31), 4), 'start');
    expect(toBuckets({ data: [rest] }, 'month', now).every(({ requests }) => requests === 0)).toBe(true);
  });
});
