import type { JournalSink } from '../../core/journal.ts';
import type { Logger } from '../../core/logger.ts';
import type { Webhook } from '../../util/webhook.ts';
import { AlertSender } from './alert-sender.ts';
import type { AlertStore } from './alert-store.ts';
import { FailureAlerts } from './failure-alerts.ts';
import { LoginAlerts } from './login-alerts.ts';
import { WindowAlerts, type ForecastWindows } from './window-alerts.ts';

export interface AlertsOptions {
  windows: ForecastWindows;
  /** Shares of a window of the plan, from 0 to 1. */
  thresholds: readonly number[];
  /** What the owner has to do when a login is missing; one without a name where there is no other. */
  logins: readonly { name?: string; remedy: string }[];
  /** So many failures within `withinMs`; 0: none are told. */
  failures: number;
  withinMs: number;
  /** Absent: alerts are in the log, and in what `current` gives. */
  webhook?: Webhook;
  store: AlertStore;
  log: Logger;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** Tells the owner what needs looking at, once over all services and starts. No request waits for it or fails with it. */
export class Alerts {
  readonly #sender: AlertSender;
  readonly #windows: WindowAlerts;
  readonly #logins: ReadonlyMap<string | undefined, LoginAlerts>;
  readonly #failures: FailureAlerts;
  readonly sink: JournalSink;

  constructor({ windows, thresholds, logins, failures, withinMs, webhook, store, log, now }: AlertsOptions) {
    this.#sender = new AlertSender({ log, ...(webhook !== undefined && { webhook }) });
    const shared = { store, log, now, announce: this.#sender.announce };
    this.#windows = new WindowAlerts({ ...shared, windows, thresholds });
    this.#logins = new Map(logins.map((login) => [login.name, new LoginAlerts({ ...shared, ...login })]));
    this.#failures = new FailureAlerts({ ...shared, failures, withinMs });
    this.sink = this.#failures.sink;
  }

  /** Takes in that a login is missing, or works; `name`: which of several. */
  readonly noteLogin = (isMissing: boolean, name?: string): void => {
    this.#logins.get(name)?.note(isMissing);
  };

  /** To be called once. */
  start(): void {
    this.#windows.start();
    this.#failures.start();
  }

  /** What is not sent yet, the next start may tell. */
  async stop(): Promise<void> {
    this.#failures.stop();
    await this.#sender.stop();
  }

  /** What was told and still holds, in sentences. */
  current(): readonly string[] {
    const logins = [...this.#logins.values()].flatMap((login) => login.current());
    return [...logins, ...this.#failures.current(), ...this.#windows.current()];
  }
}
