import { HarnessError } from '../core/errors.ts';
import type { PlanWindow } from '../core/plan-windows.ts';
import { toPlanWindows, type RateLimitInfo } from './plan-report.ts';

/** While a window is used up, one turn in this time is tried nevertheless, so that an early reset is noticed. */
const tryEveryMs = 60_000;

interface Window {
  resetsAt: number;
  triedAt: number;
}

/**
 * The subscription's windows that are used up, as the CLI reports them. Some windows (`seven_day_opus`) belong to one
 * model family and limit that family only; the others limit every model.
 */
export class PlanLimits {
  readonly #now: () => number;
  readonly #onWindows: (windows: readonly PlanWindow[]) => void;
  /** By family name; the empty one is the plan's own windows. */
  readonly #windows = new Map<string, Window>();

  /** `onWindows` is called with what the CLI says of the windows, used up or not. */
  constructor(now: () => number, onWindows: (windows: readonly PlanWindow[]) => void = () => undefined) {
    this.#now = now;
    this.#onWindows = onWindows;
  }

  /** Throws `PLAN_LIMIT_REACHED` when a turn on `model` would be refused, but lets one turn a minute through. */
  admit(model: string): void {
    const refusal = this.refusalOf(model);
    if (refusal !== undefined) throw refusal;
    for (const window of this.#limiting(model)) window.triedAt = this.#now();
  }

  /** With what `admit` would refuse a turn on `model`; `undefined` where it would let it through. */
  refusalOf(model: string): HarnessError | undefined {
    const now = this.#now();
    const refusing = this.#limiting(model).find(({ triedAt }) => {
      const elapsedMs = now - triedAt;
      // A clock that was set back must not put off the next try.
      return elapsedMs >= 0 && elapsedMs < tryEveryMs;
    });
    return refusing && planLimitError(refusing.resetsAt);
  }

  /** When no window limits `model` any more, in ms since the epoch; `undefined` while none does. */
  limitedUntilFor(model: string): number | undefined {
    const resets = this.#limiting(model).map(({ resetsAt }) => resetsAt);
    return resets.length === 0 ? undefined : Math.max(...resets);
  }

  /** Takes in what the CLI says of a window. */
  note(info: RateLimitInfo): void {
    this.#onWindows(toPlanWindows(info, this.#now()));
    const usedUp = toUsedUpWindow(info);
    if (usedUp === undefined) return;
    this.#windows.set(usedUp.family, { resetsAt: usedUp.resetsAt, triedAt: this.#now() });
  }

  /** A turn on `model` was answered, so no window limits it. */
  answered(model: string): void {
    for (const family of this.#windows.keys()) {
      if (model.includes(family)) this.#windows.delete(family);
    }
  }

  #limiting(model: string): Window[] {
    const now = this.#now();
    for (const [family, { resetsAt }] of this.#windows) if (resetsAt <= now) this.#windows.delete(family);
    return [...this.#windows].filter(([family]) => model.includes(family)).map(([, window]) => window);
  }

  /** When every model can be served again, in ms since the epoch; `undefined` while any can be. */
  get limitedUntil(): number | undefined {
    const window = this.#windows.get('');
    return window !== undefined && window.resetsAt > this.#now() ? window.resetsAt : undefined;
  }
}

export function planLimitError(resetsAt: number): HarnessError {
  return new HarnessError(
    'PLAN_LIMIT_REACHED',
    // By "quota", "exhausted" and "will reset" Qwen Code knows not to try again.
    `The quota of the Claude plan is exhausted; it will reset at ${new Date(resetsAt).toISOString()}.`,
    { resetsAt },
  );
}

export interface UsedUpWindow {
  family: string;
  /** In ms since the epoch. */
  resetsAt: number;
}

/**
 * The window that a `rate_limit_event` reports as used up. `allowed_warning` is an allowance, and a rejection without a
 * reset time is a passing 429 that has nothing to do with the plan (2.1.197 and 2.1.329).
 */
export function toUsedUpWindow({ status, resetsAt, rateLimitType }: RateLimitInfo): UsedUpWindow | undefined {
  if (status !== 'rejected' || typeof resetsAt !== 'number') return undefined;
  return { family: familyOf(rateLimitType), resetsAt: resetsAt * 1000 };
}

/** `seven_day_opus` is the weekly window of one family; `five_hour` and `seven_day` are the plan's. */
function familyOf(rateLimitType: string | null | undefined): string {
  return /^seven_day_([a-z]+)$/.exec(rateLimitType ?? '')?.[1] ?? '';
}
