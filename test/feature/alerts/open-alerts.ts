import { onTestFinished } from 'vitest';
import { HarnessError, type ErrorCode } from '../../../src/core/errors.ts';
import type { JournalEntry } from '../../../src/core/journal.ts';
import type { PlanWindow } from '../../../src/core/plan-windows.ts';
import { createAlertStore } from '../../../src/feature/alerts/alert-store.ts';
import { Alerts, type AlertsOptions } from '../../../src/feature/alerts/alerts.ts';
import { openState, type OpenState } from '../../state/open-state.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;

export interface OpenAlerts {
  state: OpenState;
  alerts: Alerts;
  /** What the CLI says of the plan's windows. */
  say: (...windows: PlanWindow[]) => void;
  /** A request is over, well or with this error. */
  finish: (code?: ErrorCode) => void;
  /** The types of what was told, by this service and others with the same state. */
  told: () => unknown[];
  /** The last that was told. */
  last: () => string | undefined;
}

/** Started alerts with a clock that stands still; ended with the test. */
export function openAlerts(changes: Partial<AlertsOptions> = {}, state = openState()): OpenAlerts {
  const listeners: ((windows: readonly PlanWindow[]) => void)[] = [];
  const alerts = new Alerts({
    windows: { current: () => [], forecast: () => undefined, onNote: (listener) => listeners.push(listener) },
    ...{ thresholds: [0.8, 0.95], logins: [{ remedy: 'log in on the server' }], failures: 3, withinMs: 10 * minuteMs },
    ...{ store: createAlertStore(state.file), log: state.log, now: () => state.clock.now },
    ...changes,
  });
  alerts.start();
  onTestFinished(() => alerts.stop());
  const lines = () => state.log.lines.filter(({ fields }) => fields['alert'] !== undefined && !('to' in fields));
  return {
    ...{ state, alerts },
    say: (...windows) => {
      for (const listener of listeners) listener(windows);
    },
    finish: (code) => {
      const error = code === undefined ? {} : { error: new HarnessError(code, 'It failed.') };
      alerts.sink({ requestId: 'req', status: 200, ...error } as JournalEntry);
    },
    told: () => lines().map(({ fields }) => fields['alert']),
    last: () => lines().at(-1)?.message,
  };
}

/** Another service, or the next start, with the same state file. */
export function openAnother({ state }: OpenAlerts, changes: Partial<AlertsOptions> = {}): OpenAlerts {
  const { file, clock } = openState({ path: state.path });
  clock.now = state.clock.now;
  return openAlerts(changes, { ...state, file });
}

export function fiveHour({ state }: OpenAlerts, utilization: number, changes: Partial<PlanWindow> = {}): PlanWindow {
  const { now } = state.clock;
  return {
    ...{ type: 'five_hour', status: 'allowed', utilization, resetsAt: now + 2 * hourMs, observedAt: now },
    ...changes,
  };
}
