import { HarnessError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { unboundedWindowMs, type PlanWindow, type PlanWindows } from '../../core/plan-windows.ts';
import { forecast, recentSpan, type Forecast } from './forecast.ts';
import type { CurvePoint, SampleStore, WindowName } from './sample-store.ts';

/** More points no chart can show. */
const maxPoints = 499;
const names = ['five_hour', 'seven_day'];

export interface KnownWindowsOptions {
  store: SampleStore;
  /** Whose windows count, by their names; absent where there is but one login. What is kept of others does not. */
  logins?: readonly string[];
  log: Logger;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** What the CLI has said of the plan's windows, since this start or before, and what follows from it. */
export class KnownWindows implements PlanWindows {
  readonly #options: KnownWindowsOptions;
  readonly #newest = new Map<string, PlanWindow>();
  readonly #listeners = new Set<(windows: readonly PlanWindow[]) => void>();
  #isLoaded = false;

  constructor(options: KnownWindowsOptions) {
    this.#options = options;
  }

  /** Takes in what was said. What has not changed is not stored again. */
  readonly note = (windows: readonly PlanWindow[]): void => {
    if (windows.length === 0) return;
    this.#load();
    const changed = windows.filter((window) => !isEqual(window, this.#newest.get(keyOf(window))));
    for (const window of windows) this.#newest.set(keyOf(window), window);
    if (changed.length > 0)
      this.#attempt('stored', (store) => {
        store.add(changed);
      });
    for (const listener of this.#listeners) listener(windows);
  };

  /** Calls `listener` with whatever is noted from now on. */
  onNote(listener: (windows: readonly PlanWindow[]) => void): void {
    this.#listeners.add(listener);
  }

  current(): readonly PlanWindow[] {
    this.#load();
    const now = this.#options.now();
    const isRunning = ({ resetsAt, observedAt }: PlanWindow) => (resetsAt ?? observedAt + unboundedWindowMs) > now;
    return this.#sorted().filter(isRunning);
  }

  /** Takes in what another service has noted meanwhile, which shares the state file. */
  refresh(): void {
    this.#isLoaded = false;
    this.#load();
  }

  forecast(window: PlanWindow): Forecast | undefined {
    const now = this.#options.now();
    const { spanMs } = recentSpan(window.type);
    // Twice as far back: what was seen before says where the recent part begins.
    return forecast(window, this.#curve(window, { from: now - 2 * spanMs, until: now + 1 }), now);
  }

  /** How much of each window was used when, from a time on. */
  history(from: number): { login?: string; type: string; points: readonly CurvePoint[] }[] {
    this.#load();
    const until = this.#options.now() + 1;
    return this.#sorted().map(({ login, type }) => {
      const whose = { type, ...(login !== undefined && { login }) };
      return { ...whose, points: this.#curve(whose, { from, until }) };
    });
  }

  /** Login by login, in the order of the configuration. */
  #sorted(): PlanWindow[] {
    const { logins = [] } = this.#options;
    const placeOf = ({ login }: PlanWindow): number => (login === undefined ? 0 : logins.indexOf(login));
    return [...this.#newest.values()].toSorted((a, b) => placeOf(a) - placeOf(b) || rankOf(a) - rankOf(b));
  }

  #curve(window: WindowName, span: { from: number; until: number }): CurvePoint[] {
    return this.#options.store.curve(window, span, maxPoints);
  }

  #load(): void {
    if (this.#isLoaded) return;
    this.#attempt('read', (store) => {
      for (const window of store.newest()) {
        if (!this.#isOfLogins(window)) continue;
        const known = this.#newest.get(keyOf(window));
        if (known === undefined || known.observedAt < window.observedAt) this.#newest.set(keyOf(window), window);
      }
      this.#isLoaded = true;
    });
  }

  #isOfLogins({ login }: PlanWindow): boolean {
    const { logins } = this.#options;
    return login === undefined ? logins === undefined : (logins?.includes(login) ?? false);
  }

  /** Turns do not fail with the state file, which logs its own failures, once each. */
  #attempt(what: string, work: (store: SampleStore) => void): void {
    try {
      work(this.#options.store);
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      this.#options.log.debug(`what is known of the plan's windows could not be ${what}`, { error });
    }
  }
}

function isEqual(a: PlanWindow, b: PlanWindow | undefined): boolean {
  return b !== undefined && a.status === b.status && a.utilization === b.utilization && a.resetsAt === b.resetsAt;
}

function keyOf({ login = '', type }: WindowName): string {
  return `${login} ${type}`;
}

function rankOf({ type }: PlanWindow): number {
  const rank = names.indexOf(type);
  return rank < 0 ? names.length : rank;
}
