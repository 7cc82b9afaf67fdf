import type { Logger } from '../../core/logger.ts';
import type { Announce } from './alert.ts';
import type { AlertStore } from './alert-store.ts';
import { unlessUnusable } from './unless-unusable.ts';

export interface LoginAlertsOptions {
  /** What the owner has to do when the login is missing. */
  remedy: string;
  store: Pick<AlertStore, 'raise' | 'end'>;
  announce: Announce;
  log: Logger;
  now: () => number;
}

/** Tells when the login of the CLI is missing or refused, and when it works again. */
export class LoginAlerts {
  readonly #options: LoginAlertsOptions;
  #message: string | undefined;

  constructor(options: LoginAlertsOptions) {
    this.#options = options;
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
    const { remedy, store, announce, log, now } = this.#options;
    const at = now();
    const message = `The claude CLI is not logged in, or its login is refused: ${remedy}.`;
    this.#message = message;
    if (!unlessUnusable(() => store.raise('login', at), true, log)) return;
    announce({ type: 'login_missing', title: 'Claude login missing', message, at }, () => {
      unlessUnusable(() => store.end('login'), false, log);
    });
  }

  #end(): void {
    const { store, announce, log, now } = this.#options;
    const at = now();
    const isTold = this.#message !== undefined;
    this.#message = undefined;
    if (!unlessUnusable(() => store.end('login'), isTold, log)) return;
    const message = 'The login of the claude CLI works again; requests are served.';
    announce({ type: 'login_restored', title: 'Claude login works again', message, at }, () => {
      unlessUnusable(() => store.raise('login', at), false, log);
    });
  }
}
