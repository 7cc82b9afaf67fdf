import type { Logger } from '../../core/logger.ts';
import type { Alert, Announce } from './alert.ts';
import type { AlertStore, Trouble } from './alert-store.ts';
import { unlessUnusable } from './unless-unusable.ts';

export interface LoginAlertsOptions {
  /** What the owner has to do when the login is missing. */
  remedy: string;
  /** Of one among several. */
  name?: string;
  store: Pick<AlertStore, 'raise' | 'end'>;
  announce: Announce;
  log: Logger;
  now: () => number;
}

/** Tells when the login of the CLI is missing or refused, and when it works again. */
export class LoginAlerts {
  readonly #options: LoginAlertsOptions;
  readonly #trouble: Trouble;
  #message: string | undefined;

  constructor(options: LoginAlertsOptions) {
    const { name } = options;
    this.#options = options;
    this.#trouble = name === undefined ? 'login' : `login ${name}`;
  }

  current(): string[] {
    return this.#message === undefined ? [] : [this.#message];
  }

  /** Takes in that this has changed, or is known for the first time since the start. */
  readonly note = (isMissing: boolean): void => {
    if (isMissing) this.#raise();
    else this.#end();
  };

  #raise(): void {
    const { name, remedy, store, log, now } = this.#options;
    const at = now();
    const which = name === undefined ? '' : ` with the login ${name}`;
    const message = `The claude CLI is not logged in${which}, or its login is refused: ${remedy}.`;
    this.#message = message;
    if (!unlessUnusable(() => store.raise(this.#trouble, at), true, log)) return;
    this.#announce({ type: 'login_missing', title: `Claude login${this.#ofName} missing`, message, at }, () => {
      store.end(this.#trouble);
    });
  }

  #end(): void {
    const { name, store, log, now } = this.#options;
    const at = now();
    const isTold = this.#message !== undefined;
    this.#message = undefined;
    if (!unlessUnusable(() => store.end(this.#trouble), isTold, log)) return;
    const which = name === undefined ? 'login of the claude CLI' : `login ${name} of the claude CLI`;
    const message = `The ${which} works again; requests are served.`;
    this.#announce({ type: 'login_restored', title: `Claude login${this.#ofName} works again`, message, at }, () => {
      store.raise(this.#trouble, at);
    });
  }

  get #ofName(): string {
    const { name } = this.#options;
    return name === undefined ? '' : ` ${name}`;
  }

  #announce(alert: Alert, takeBack: () => void): void {
    const { name, announce, log } = this.#options;
    announce({ ...alert, ...(name !== undefined && { login: name }) }, () => {
      unlessUnusable(takeBack, undefined, log);
    });
  }
}
