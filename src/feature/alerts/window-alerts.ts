import type { Logger } from '../../core/logger.ts';
import type { PlanWindow, PlanWindows } from '../../core/plan-windows.ts';
import { isSameWindow } from '../../core/same-window.ts';
import type { Announce } from './alert.ts';
import type { AlertStore, Crossing } from './alert-store.ts';
import { describeWindow, type WindowForecast } from './describe-window.ts';
import { unlessUnusable } from './unless-unusable.ts';

export interface ForecastWindows extends PlanWindows {
  forecast(window: PlanWindow): WindowForecast | undefined;
  onNote(listener: (windows: readonly PlanWindow[]) => void): void;
}

export interface WindowAlertsOptions {
  windows: ForecastWindows;
  /** Shares of a window, from 0 to 1, in any order. */
  thresholds: readonly number[];
  store: Pick<AlertStore, 'claimCrossing' | 'releaseCrossing'>;
  announce: Announce;
  log: Logger;
  now: () => number;
}

/** Tells of each threshold up to which a window of the plan is used: once until the window resets. */
export class WindowAlerts {
  readonly #options: WindowAlertsOptions;
  /** By the login and the type of the window. */
  readonly #seen = new Map<string, { crossing: Crossing; message: string }>();

  constructor(options: WindowAlertsOptions) {
    this.#options = options;
  }

  /** To be called once. */
  start(): void {
    const { windows } = this.#options;
    this.#note(windows.current());
    windows.onNote((noted) => {
      this.#note(noted);
    });
  }

  /** What was said of the windows that have not reset since. */
  current(): string[] {
    const now = this.#options.now();
    const seen = [...this.#seen.values()];
    return seen.filter(({ crossing }) => (crossing.resetsAt ?? Infinity) > now).map(({ message }) => message);
  }

  #note(windows: readonly PlanWindow[]): void {
    const now = this.#options.now();
    for (const window of windows) {
      const crossing = this.#crossingOf(window);
      if (crossing === undefined) this.#seen.delete(keyOf(window));
      else if ((window.resetsAt ?? Infinity) > now) this.#take(window, crossing);
    }
  }

  #take(window: PlanWindow, crossing: Crossing): void {
    const { windows, store, announce, log, now } = this.#options;
    const at = now();
    const seen = this.#seen.get(keyOf(window));
    const isNew = !isEqual(seen?.crossing, crossing);
    const message = isNew || seen === undefined ? describeWindow(window, windows.forecast(window), at) : seen.message;
    this.#seen.set(keyOf(window), { crossing, message });
    if (!unlessUnusable(() => store.claimCrossing(crossing, at), isNew, log)) return;
    announce({ type: 'plan_window', title: titleOf(crossing), message, at, window }, () => {
      unlessUnusable(
        () => {
          store.releaseCrossing(crossing);
        },
        undefined,
        log,
      );
    });
  }

  /** The highest threshold that is reached; a window that refuses has reached each. */
  #crossingOf({ login, type, status, utilization = 0, resetsAt }: PlanWindow): Crossing | undefined {
    const used = status === 'rejected' ? Math.max(utilization, 1) : utilization;
    const threshold = Math.max(...this.#options.thresholds.filter((share) => share <= used));
    if (threshold === -Infinity) return undefined;
    return { type, threshold, ...(login !== undefined && { login }), ...(resetsAt !== undefined && { resetsAt }) };
  }
}

function keyOf({ login = '', type }: PlanWindow): string {
  return `${login} ${type}`;
}

function titleOf({ login, threshold }: Crossing): string {
  const plan = login === undefined ? 'Claude plan' : `Claude plan of ${login}`;
  return `${plan} used to ${Math.round(threshold * 100)}%`;
}

function isEqual(a: Crossing | undefined, b: Crossing): boolean {
  return a !== undefined && a.threshold === b.threshold && isSameWindow(a.resetsAt, b.resetsAt);
}
