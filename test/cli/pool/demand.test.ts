import { beforeEach, describe, expect, it } from 'vitest';
import { Demand } from '../../../src/cli/pool/demand.ts';

describe('Demand', () => {
  let now: number;
  let demand: Demand;

  beforeEach(() => {
    now = 1_000_000;
    demand = new Demand(() => now);
  });

  /** Requests for a model, each so many ms after the one before. */
  function ask(model: string, ...gaps: number[]): void {
    for (const gap of gaps) {
      now += gap;
      demand.arrived(model);
    }
  }

  it('is nothing for a model that nobody asked for', () => {
    expect(demand.of('a')).toBe(0);
  });

  it('counts what comes within the time that a start takes', () => {
    ask('a', 0, 0, 400, 400);
    expect(demand.of('a')).toBe(4);
  });

  it('is one where each request finds its process replaced', () => {
    ask('a', 0, 1000, 1000, 5000);
    expect(demand.of('a')).toBe(1);
  });

  it('learns how long a start takes', () => {
    for (let n = 0; n < 20; n += 1) demand.spawned(300);
    ask('a', 0, 400, 400);
    expect(demand.of('a')).toBe(1);
    for (let n = 0; n < 20; n += 1) demand.spawned(3000);
    ask('a', 0, 400, 400);
    expect(demand.of('a')).toBeGreaterThan(2);
  });

  it('remembers the highest burst for five minutes, then the next highest', () => {
    ask('a', 0, 0, 0, 0);
    ask('a', 60_000, 0);
    ask('a', 60_000);
    expect(demand.of('a')).toBe(4);
    now += 3 * 60_000;
    expect(demand.of('a')).toBe(2);
    now += 60_000;
    expect(demand.of('a')).toBe(1);
    now += 60_000;
    expect(demand.of('a')).toBe(0);
  });

  it('keeps models apart', () => {
    ask('a', 0, 0);
    ask('b', 0);
    expect([demand.of('a'), demand.of('b')]).toEqual([2, 1]);
  });
});
