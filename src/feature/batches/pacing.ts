import type { Readiness } from '../../core/backend.ts';
import type { BatchesHold } from '../../core/batches-state.ts';
import { countsFor, isUsedTo, windowsOf } from '../../core/counting-windows.ts';
import { HarnessError } from '../../core/errors.ts';
import type { LoginReport } from '../../core/health.ts';
import { unboundedWindowMs, type PlanWindow, type PlanWindows } from '../../core/plan-windows.ts';
import { Backoff } from '../../util/backoff.ts';
import { opening, type OpenHours } from './open-hours.ts';
import { unnamedModel } from './prompt-prefix.ts';

export interface PacingOptions {
  plan: PlanWindows;
  /** Of each of several logins; absent where there is but one. */
  logins?: () => readonly Pick<LoginReport, 'name' | 'readiness'>[];
  /** A share of each window, from 0 to 1. */
  pauseAbove: number;
  /** Absent: always. */
  hours?: OpenHours;
  /** The full name of a model, as far as it is known. */
  fullName: (model: string) => string;
  /** Whether a model draws from the plan. */
  usesPlan: (model: string) => boolean;
  /** Of what answers models of the plan. */
  readiness: () => Readiness;
  /** Throws where the client may have no turn of this model now. */
  admit: (client: string | undefined, model: string) => void;
  /** Of requests that name none. */
  defaultModel: () => string;
  now: () => number;
}

/** How long a refusal holds that does not say when it ends. */
const unknownMs = 60_000;

/** Decides when requests of batches may begin, so that what the plan has left is there for those who wait for answers. */
export class Pacing {
  readonly #options: PacingOptions;
  readonly #backoff = new Backoff();
  /** By model: until when the API refuses it. */
  readonly #limited = new Map<string, number>();

  constructor(options: PacingOptions) {
    this.#options = options;
  }

  /** What holds every request. */
  general(): BatchesHold | undefined {
    const { hours, now } = this.#options;
    const time = now();
    const { isOpen, at } = hours === undefined ? { isOpen: true, at: 0 } : opening(hours, time);
    if (!isOpen) return { reason: 'hours', until: at };
    const waitMs = this.#backoff.remainingMs(time);
    return waitMs > 0 ? { reason: 'failures', until: time + waitMs } : undefined;
  }

  /** What holds a client's requests of one model. */
  holdOf(client: string | undefined, model: string): BatchesHold | undefined {
    const { usesPlan, now } = this.#options;
    const asked = model === unnamedModel ? this.#options.defaultModel() : model;
    const limitedUntil = this.#limited.get(model);
    if (limitedUntil !== undefined && limitedUntil > now()) return { reason: 'plan_limit', until: limitedUntil };
    this.#limited.delete(model);
    return (usesPlan(asked) ? this.#planHold(asked) : undefined) ?? this.#budgetHold(client, asked);
  }

  /** A turn has been answered, or refused for what was asked. */
  worked(): void {
    this.#backoff.reset();
  }

  /** A turn of a model failed in a way that passes. */
  failed(model: string, { code, facts: { resetsAt } }: HarnessError): void {
    const now = this.#options.now();
    if (code === 'PLAN_LIMIT_REACHED') this.#limited.set(model, resetsAt ?? now + unknownMs);
    else if (code !== 'BUDGET_EXCEEDED') this.#backoff.fail(now);
  }

  /** A login that may be used leaves room for all. */
  #planHold(model: string): BatchesHold | undefined {
    const { readiness, logins } = this.#options;
    const holds =
      logins === undefined
        ? [this.#loginHold({ readiness: readiness() }, model)]
        : logins().map((login) => this.#loginHold(login, model));
    const held = holds.filter((hold) => hold !== undefined);
    if (held.length < holds.length) return undefined;
    return held.toSorted((a, b) => (a.until ?? Infinity) - (b.until ?? Infinity))[0];
  }

  #loginHold(
    { name, readiness }: Partial<LoginReport> & Pick<LoginReport, 'readiness'>,
    model: string,
  ): BatchesHold | undefined {
    const { plan, pauseAbove, fullName } = this.#options;
    if (!readiness.ready && readiness.reason === 'rate_limited')
      return { reason: 'plan_limit', until: readiness.resetsAt };
    // Of several windows the one that resets last.
    const asked = fullName(model);
    const [used] = windowsOf(plan, name)
      .filter((window) => countsFor(window, asked) && isUsedTo(window, pauseAbove))
      .toSorted((a, b) => resetOf(b) - resetOf(a));
    if (used !== undefined) return { reason: 'plan_window', window: used.type, until: resetOf(used) };
    return readiness.ready ? undefined : { reason: 'not_ready' };
  }

  #budgetHold(client: string | undefined, model: string): BatchesHold | undefined {
    try {
      this.#options.admit(client, model);
      return undefined;
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      const { resetsAt } = error.facts;
      return { reason: 'budget', ...(resetsAt !== undefined && { until: resetsAt }) };
    }
  }
}

function resetOf({ resetsAt, observedAt }: PlanWindow): number {
  return resetsAt ?? observedAt + unboundedWindowMs;
}
