import { describe, expect, it } from 'vitest';
import { toBlocks } from '../../../src/feature/access/blocks.ts';
import { sumRows } from '../../../src/feature/access/usage-sum.ts';
import { row } from './rows.ts';

const hourMs = 3_600_000;
const start = Date.UTC(2026, 0, 2, 3);
const at = (hours: number) => start + hours * hourMs;
const hoursOf = (...times: number[]) =>
  sumRows(times.map((timestamp) => row({ timestamp }))).filter(({ period }) => period === 'hour');

describe('blocks of five hours', () => {
  it('begin with the full hour of a first request, and the next one with the first request after the end', () => {
    const blocks = toBlocks(hoursOf(at(0.5), at(4.9), at(5.1), at(30.2)), at(100));
    expect(blocks.map(({ start: begin, end, requests }) => [begin, end, requests])).toEqual([
      [at(0), at(5), 2],
      [at(5), at(10), 1],
      [at(30), at(35), 1],
    ]);
  });

  it('have a rate from their first to their last request, and the active one says where it leads', () => {
    const [block] = toBlocks(hoursOf(at(0), at(1)), at(2));
    // 69 tokens each; cached ones count.
    expect(block).toMatchObject({
      isActive: true,
      burnRate: { tokensPerMinute: 138 / 60, costPerHour: 0.5 },
      projection: { tokens: 138 + 138 * 3, costUsd: 0.5 + 0.5 * 3 },
    });
  });

  it('have none where all was at one moment, and no projection when they are over', () => {
    expect(toBlocks(hoursOf(at(0)), at(1))[0]).not.toHaveProperty('burnRate');
    const [over] = toBlocks(hoursOf(at(0), at(1)), at(6));
    expect(over).toMatchObject({ isActive: false, burnRate: {} });
    expect(over).not.toHaveProperty('projection');
  });
});
