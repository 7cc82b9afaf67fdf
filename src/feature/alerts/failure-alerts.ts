import type { ErrorCode } from '../../core/errors.ts';
import type { JournalSink } from '../../core/journal.ts';
import type { Logger } from '../../core/logger.ts';
import type { Announce } from './alert.ts';
import type { AlertStore } from './alert-store.ts';
import { serviceFailures } from './service-failures.ts';
import { unlessUnusable } from './unless-unusable.ts';

const minutes = new Intl.NumberFormat('en', {
  style: 'unit',
  unit: 'minute',
  unitDisplay: 'long',
  maximumFractionDigits: 1,
});
const whereToLook = 'the log has the reason of each, and `claude-harness doctor` looks for more';
/** While requests fail, that they still do is stored so often. */
const storeEveryMs = 1000;

export interface FailureAlertsOptions {
  /** So many failures within `withinMs` are told; 0: none are. */
  failures: number;
  withinMs: number;
  store: AlertStore;
  announce: Announce;
  log: Logger;
  now: () => number;
}

/** Tells when requests fail again and again, and when none has failed for as long. */
export class FailureAlerts {
  readonly #options: FailureAlertsOptions;
  /** When the last ones were, as many as it takes. */
  readonly #recent: number[] = [];
  #isFailing = false;
  #lastAt = -Infinity;
  #storedAt = -Infinity;
  #message: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: FailureAlertsOptions) {
    this.#options = options;
  }

  /** What was told before this start is over when nothing fails from now on. */
  start(): void {
    const { store, log, now } = this.#options;
    this.#isFailing = unlessUnusable(() => store.isRaised('failures'), false, log);
    if (!this.#isFailing) return;
    this.#message = `Requests failed again and again before the start of this service: ${whereToLook}.`;
    this.#lastAt = now();
    this.#awaitEnd();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  current(): string[] {
    return this.#message === undefined ? [] : [this.#message];
  }

  readonly sink: JournalSink = ({ error }) => {
    const { failures, withinMs, now } = this.#options;
    if (failures === 0 || error === undefined || !serviceFailures.has(error.code)) return;
    const at = now();
    this.#lastAt = at;
    this.#recent.push(at);
    if (this.#recent.length > failures) this.#recent.shift();
    const [first = at] = this.#recent;
    if (this.#isFailing) this.#keep(at);
    else if (this.#recent.length === failures && at - first <= withinMs) this.#raise(error.code, at);
  };

  #raise(code: ErrorCode, at: number): void {
    const { failures, withinMs, store, announce, log } = this.#options;
    this.#isFailing = true;
    this.#storedAt = at;
    this.#message = `${failures} requests have failed within ${minutes.format(withinMs / 60_000)}, the last with ${code}: ${whereToLook}.`;
    this.#awaitEnd();
    if (!unlessUnusable(() => store.raise('failures', at), true, log)) return;
    announce({ type: 'failures', title: 'Claude requests fail', message: this.#message, at }, () => {
      unlessUnusable(() => store.end('failures'), false, log);
    });
  }

  /** Another service that shares the state file must not take it for over. */
  #keep(at: number): void {
    const { store, log } = this.#options;
    if (at - this.#storedAt < storeEveryMs) return;
    this.#storedAt = at;
    unlessUnusable(() => store.raise('failures', at), false, log);
  }

  #awaitEnd(): void {
    const { withinMs, now } = this.#options;
    const waitMs = this.#lastAt + withinMs - now();
    this.#timer = setTimeout(() => {
      if (now() - this.#lastAt < withinMs) this.#awaitEnd();
      else this.#end();
    }, waitMs).unref();
  }

  #end(): void {
    const { withinMs, store, announce, log, now } = this.#options;
    const at = now();
    const isTold = this.#message !== undefined;
    this.#isFailing = false;
    this.#message = undefined;
    this.#recent.length = 0;
    if (!unlessUnusable(() => store.end('failures', at - withinMs), isTold, log)) return;
    const message = `Requests no longer fail: none has for ${minutes.format(withinMs / 60_000)}.`;
    announce({ type: 'failures_over', title: 'Claude requests no longer fail', message, at }, () => {
      unlessUnusable(() => store.raise('failures', at), false, log);
    });
  }
}
