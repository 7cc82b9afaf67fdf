import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PlanWindow } from '../../../src/core/plan-windows.ts';
import { UsageQuestions } from '../../../src/feature/plan-windows/usage-questions.ts';
import { memoryLog } from '../../support/memory-log.ts';

const minuteMs = 60_000;
const window: PlanWindow = { type: 'five_hour', status: 'allowed', utilization: 0.2, observedAt: 1 };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function create(ask: () => Promise<readonly PlanWindow[] | undefined> = () => Promise.resolve([window])) {
  const asked = vi.fn(ask);
  const noted: PlanWindow[] = [];
  const current: PlanWindow[] = [];
  const questions = new UsageQuestions({
    ask: asked,
    windows: { note: (windows) => noted.push(...windows), current: () => current },
    log: memoryLog(),
    ticks: () => Date.now(),
  });
  return { questions, asked, noted, current };
}

describe('the CLI is asked about usage', () => {
  it('when somebody looks, at most every five minutes', async () => {
    const { questions, asked, noted } = create();
    await questions.look();
    await questions.look();
    expect(noted).toEqual([window]);
    vi.advanceTimersByTime(5 * minuteMs - 1);
    await questions.look();
    expect(asked).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    await questions.look();
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('once for all who look at the same time', async () => {
    const { questions, asked } = create();
    await Promise.all([questions.look(), questions.look()]);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('once an hour where its login may not know', async () => {
    const { questions, asked } = create(() => Promise.resolve(undefined));
    await questions.look();
    vi.advanceTimersByTime(59 * minuteMs);
    await questions.look();
    expect(asked).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(minuteMs);
    await questions.look();
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('without anybody, while a limit is near', async () => {
    const { questions, asked, current } = create();
    questions.start();
    await vi.advanceTimersByTimeAsync(20 * minuteMs);
    expect(asked).not.toHaveBeenCalled();
    current.push({ ...window, utilization: 0.7 });
    await vi.advanceTimersByTimeAsync(5 * minuteMs);
    expect(asked).toHaveBeenCalledTimes(1);
    questions.stop();
    await vi.advanceTimersByTimeAsync(20 * minuteMs);
    await questions.look();
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('and nobody fails with the question', async () => {
    const { questions, noted } = create(() => Promise.reject(new Error('no process')));
    await questions.look();
    expect(noted).toEqual([]);
  });
});
