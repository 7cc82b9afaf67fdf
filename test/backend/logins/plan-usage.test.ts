import { expect, it, vi } from 'vitest';
import { PlanUsage } from '../../../src/backend/logins/plan-usage.ts';
import type { PlanWindow } from '../../../src/core/plan-windows.ts';

const window: PlanWindow = { type: 'five_hour', status: 'allowed', utilization: 0.2, observedAt: 0 };
const noProcess = new Error('no process');

function open(answers: Record<string, PlanWindow[] | undefined | Error>) {
  const clock = { now: 0 };
  const asked = vi.fn<(name: string) => void>();
  const logins = Object.entries(answers).map(([name, answer]) => ({
    name,
    ask: () => {
      asked(name);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  }));
  return { clock, asked, usage: new PlanUsage(logins, () => clock.now) };
}

it('each login tells its own windows', async () => {
  const { usage } = open({ home: [window], work: [window], guest: undefined, broken: noProcess });
  expect(await usage.ask()).toEqual([
    { ...window, login: 'home' },
    { ...window, login: 'work' },
  ]);
});

it('a login that may not know is asked again after an hour', async () => {
  const { usage, asked, clock } = open({ home: [window], work: undefined });
  await usage.ask();
  clock.now = 3_599_999;
  await usage.ask();
  expect(asked.mock.calls.flat()).toEqual(['home', 'work', 'home']);
  clock.now = 3_600_000;
  await usage.ask();
  expect(asked.mock.calls.flat().slice(3)).toEqual(['home', 'work']);
});

it('nothing is known where no login may know, and it fails where no process can be had', async () => {
  expect(await open({ home: undefined, work: noProcess }).usage.ask()).toBeUndefined();
  await expect(open({ home: noProcess }).usage.ask()).rejects.toBe(noProcess);
});
