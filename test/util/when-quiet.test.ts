import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WhenQuiet } from '../../src/util/when-quiet.ts';

let isBusy: boolean;
let acted: number;
let quiet: WhenQuiet;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  isBusy = false;
  acted = 0;
  quiet = new WhenQuiet({
    afterMs: 1000,
    isBusy: () => isBusy,
    act: () => {
      acted += 1;
    },
  });
});

afterEach(() => {
  vi.useRealTimers();
});

it('waits for nothing before there was work', () => {
  expect(vi.getTimerCount()).toBe(0);
});

it('acts once after the last of several pieces of work, and waits for nothing afterwards', () => {
  for (let piece = 0; piece < 3; piece += 1) {
    quiet.noteWork();
    vi.advanceTimersByTime(999);
  }
  expect(acted).toBe(0);
  vi.advanceTimersByTime(1);
  expect([acted, vi.getTimerCount()]).toEqual([1, 0]);
});

it('acts again only after more work', () => {
  quiet.noteWork();
  vi.advanceTimersByTime(10_000);
  expect(acted).toBe(1);
  quiet.noteWork();
  vi.advanceTimersByTime(1000);
  expect(acted).toBe(2);
});

it('does not act while something is under way, and does so when that is over', () => {
  isBusy = true;
  quiet.noteWork();
  vi.advanceTimersByTime(5500);
  expect(acted).toBe(0);
  isBusy = false;
  vi.advanceTimersByTime(500);
  expect([acted, vi.getTimerCount()]).toEqual([1, 0]);
});

it('does not act once it is stopped', () => {
  quiet.noteWork();
  quiet.stop();
  expect(vi.getTimerCount()).toBe(0);
});
