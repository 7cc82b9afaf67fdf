import { HarnessError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';

/** While logged out, how often the CLI is asked again without any request. */
const pollEveryMs = 30_000;
/** While logged out, how long after an answer the CLI may be asked again: a question costs it a third of a second. */
const askEveryMs = 1_000;
/** How long a login that the API refused is reported as missing, before a turn may prove otherwise. */
const refusedForMs = 60_000;

/** What the CLI says of its own login; `unknown` when it did not say. */
export interface LoginStatus {
  state: 'logged_in' | 'logged_out' | 'unknown';
  /** By the CLI's name for it; absent where there is none. */
  method?: string;
}

export interface LoginOptions {
  ask: () => Promise<LoginStatus>;
  remedy: string;
  /** Of one among several. */
  name?: string;
  /** Called when there is a login again after there was none. */
  onLogin?: () => void;
  /**
   * Called when it becomes known that the login is missing or refused, or that it works: a turn was answered, or the CLI has one
   * again. Not called again before that changes.
   */
  onChange?: (isMissing: boolean) => void;
  log: Logger;
  now: () => number;
}

/**
 * What is known of the CLI's login: what the CLI says about itself, and what real turns have shown, which counts for
 * more. The login itself is never read; the CLI is asked.
 */
export class Login {
  readonly #ask: () => Promise<LoginStatus>;
  /** What the log calls it. */
  readonly #cli: string;
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #onLogin: (() => void) | undefined;
  readonly #onChange: ((isMissing: boolean) => void) | undefined;
  /** What the owner has to do when the login is missing. */
  readonly remedy: string;
  #state: 'unknown' | 'logged_in' | 'logged_out' = 'unknown';
  #returns = 0;
  /** How many turns were answered. */
  #proofs = 0;
  #refusedUntil = 0;
  #refusalLogged = false;
  /** What `onChange` was called with last. */
  #reported: boolean | undefined;
  #askedAt = -Infinity;
  #asking: Promise<void> | undefined;
  /** The question after the one being asked. */
  #next: Promise<void> | undefined;
  #poll: NodeJS.Timeout | undefined;

  constructor({ ask, remedy, name, onLogin, onChange, log, now }: LoginOptions) {
    this.#ask = ask;
    this.#cli = name === undefined ? 'the claude CLI' : `the claude CLI (login ${name})`;
    this.remedy = remedy;
    this.#log = log;
    this.#now = now;
    this.#onLogin = onLogin;
    this.#onChange = onChange;
  }

  /** Asks the CLI, then again from time to time while it is logged out. */
  async start(): Promise<void> {
    // Before the first answer, which may come only after `stop`.
    this.#poll = setInterval(() => {
      if (this.#state === 'logged_out') void this.#refresh();
    }, pollEveryMs);
    await this.#refresh();
  }

  stop(): void {
    clearInterval(this.#poll);
  }

  /** Throws `NOT_LOGGED_IN` without a turn when the CLI says that it is logged out, asked after the request came. */
  async admit(): Promise<void> {
    if (this.#state !== 'logged_out') return;
    this.#next ??= this.#askNext();
    await this.#next;
    if (this.loggedOut) throw notLoggedInError();
  }

  /** A turn was answered. */
  answered(): void {
    this.#proofs += 1;
    this.#set('logged_in');
    if (this.#refusalLogged) this.#log.info(`the login of ${this.#cli} is accepted again`);
    this.#refusalLogged = false;
    this.#refusedUntil = 0;
    this.#report(false);
  }

  /** A turn failed because there is no login, or because the API refused it. */
  refused(): void {
    this.#refusedUntil = this.#now() + refusedForMs;
    this.#report(true);
    void this.#refresh().then(() => {
      this.#logRefusal();
    });
  }

  /** Somebody has signed in, or out: what was known of the login is worth nothing, and so is what was started with it. */
  async changed(): Promise<void> {
    this.#refusedUntil = 0;
    this.#refusalLogged = false;
    const returns = this.#returns;
    // The answer to a question that was asked before may be older.
    await this.#asking;
    await this.#refresh();
    if (!this.loggedOut) this.#report(false);
    if (returns === this.#returns) this.#renew();
  }

  /** Whether a request would fail for lack of a valid login, as far as is known. */
  get missing(): boolean {
    return this.loggedOut || this.#refusedUntil > this.#now();
  }

  /** How often there was a login again after there was none: what was started before does not know of it. */
  get returns(): number {
    return this.#returns;
  }

  private get loggedOut(): boolean {
    return this.#state === 'logged_out';
  }

  /** Asks a new question: the answer to one that was asked before may be older than a new login. */
  async #askNext(): Promise<void> {
    await this.#asking;
    const waitMs = this.#askedAt + askEveryMs - this.#now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs).unref());
    this.#next = undefined;
    await this.#refresh();
  }

  async #refresh(): Promise<void> {
    const proofs = this.#proofs;
    this.#asking ??= this.#ask().then((status) => {
      this.#asking = undefined;
      this.#askedAt = this.#now();
      // A turn that was answered meanwhile knows better.
      if (proofs !== this.#proofs) return;
      // A CLI too old for the question, or too slow to answer it, is assumed to be logged in.
      if (status.state !== 'unknown') this.#set(status.state);
    });
    await this.#asking;
  }

  /** Once while it lasts, not for each request; a login that is gone has a line of its own. */
  #logRefusal(): void {
    if (this.#refusalLogged || this.loggedOut || this.#refusedUntil === 0) return;
    this.#refusalLogged = true;
    this.#log.error(`the API refuses the login of ${this.#cli}: ${this.remedy}`);
  }

  #set(state: 'logged_in' | 'logged_out'): void {
    if (state === this.#state) return;
    const isBack = this.#state === 'logged_out';
    this.#state = state;
    if (state === 'logged_out') {
      this.#log.warn(`${this.#cli} is not logged in: ${this.remedy}`);
      this.#report(true);
    }
    if (!isBack) return;
    this.#log.info(`${this.#cli} is logged in again`);
    this.#report(false);
    this.#renew();
  }

  #renew(): void {
    this.#returns += 1;
    this.#onLogin?.();
  }

  #report(isMissing: boolean): void {
    if (isMissing === this.#reported) return;
    this.#reported = isMissing;
    this.#onChange?.(isMissing);
  }
}

export function notLoggedInError(): HarnessError {
  return new HarnessError(
    'NOT_LOGGED_IN',
    'The claude CLI on the server is not logged in, or its login was refused. Its owner finds what to do in the log, and at /ready.',
  );
}
