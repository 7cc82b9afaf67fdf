import { expect, it, onTestFinished } from 'vitest';
import { LoginSet } from '../../../src/backend/logins/login-set.ts';
import { LiveConfig } from '../../../src/config/live-config.ts';
import { configSchema } from '../../../src/config/schema.ts';
import type { PlanWindow } from '../../../src/core/plan-windows.ts';
import { memoryLog } from '../../support/memory-log.ts';

const configOf = (model: string) => configSchema.parse({ models: { default: model } });

it('the best login is that for the default model, as it is configured now', () => {
  const live = new LiveConfig(configOf('haiku'));
  const used: PlanWindow = {
    ...{ login: 'one', type: 'seven_day_opus', status: 'allowed', utilization: 0.9 },
    ...{ resetsAt: 2, observedAt: 1 },
  };
  const logins = new LoginSet({
    ...{ config: live.view, names: live.view.models, log: memoryLog(), now: () => 1, ticks: () => 1 },
    startApi: () => Promise.reject(new Error('not asked for')),
    verdicts: {
      find: () => Promise.resolve(undefined),
      save: () => Promise.resolve(),
      lastGood: () => Promise.resolve(undefined),
    },
    logins: [
      { name: 'one', remedy: 'log in' },
      { name: 'two', remedy: 'log in' },
    ],
    windows: { current: () => [used] },
    onPlanWindows: () => undefined,
    onLoginChange: () => undefined,
  });
  onTestFinished(() => logins.shared.folders.remove());
  expect(logins.best.name).toBe('one');
  live.take(configOf('opus'));
  expect(logins.best.name).toBe('two');
});
