import type { SignIn, SignInProgress } from '../../core/owner-controls.ts';
import { HarnessError } from '../../core/errors.ts';
import type { CliProcess } from '../../process/cli-process.ts';
import { SignInAttempt } from './sign-in-attempt.ts';

/** So long the owner has to come back from the browser. */
const waitMs = 10 * 60_000;

export interface BrowserSignInOptions {
  /** Starts a process for it alone, and gives what removes its files. Throws `CLI_MISSING`. */
  launch: () => { cli: CliProcess; remove: () => Promise<void> };
  /** There is a login that was not there before. */
  onSignedIn: () => void;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** One attempt at a time; what was begun before ends with the next. */
export class BrowserSignIn implements SignIn {
  readonly #options: BrowserSignInOptions;
  #attempt: SignInAttempt | undefined;
  #progress: SignInProgress = { state: 'none' };
  #timer: NodeJS.Timeout | undefined;

  constructor(options: BrowserSignInOptions) {
    this.#options = options;
  }

  get progress(): SignInProgress {
    return this.#progress;
  }

  async begin(): Promise<SignInProgress> {
    await this.cancel();
    const attempt = new SignInAttempt(this.#options.launch());
    this.#attempt = attempt;
    try {
      const links = await attempt.links;
      if (this.#attempt !== attempt) throw new HarnessError('CLI_FAILED', 'The sign-in was cancelled.');
      this.#progress = { state: 'waiting', ...links, expiresAt: this.#options.now() + waitMs };
    } catch (error) {
      await this.#end(attempt);
      throw error;
    }
    this.#timer = setTimeout(() => {
      this.#settle(attempt, { state: 'failed', message: 'Nobody completed the sign-in within ten minutes.' });
    }, waitMs).unref();
    void attempt.completed.then(
      () => {
        this.#settle(attempt, { state: 'signed_in' });
      },
      (error: unknown) => {
        this.#settle(attempt, { state: 'failed', message: error instanceof Error ? error.message : String(error) });
      },
    );
    return this.#progress;
  }

  async complete(code: string): Promise<void> {
    const attempt = this.#attempt;
    if (attempt === undefined || this.#progress.state !== 'waiting') {
      throw new HarnessError('INVALID_REQUEST', 'code: no sign-in waits for one; begin with POST /auth/login.', {
        param: 'code',
      });
    }
    await attempt.complete(code, this.#progress.url);
    // Whoever is told so sees it at once.
    this.#settle(attempt, { state: 'signed_in' });
  }

  async cancel(): Promise<void> {
    this.#progress = { state: 'none' };
    if (this.#attempt !== undefined) await this.#end(this.#attempt);
  }

  #settle(attempt: SignInAttempt, progress: SignInProgress): void {
    if (this.#attempt !== attempt) return;
    this.#progress = progress;
    void this.#end(attempt);
    if (progress.state === 'signed_in') this.#options.onSignedIn();
  }

  async #end(attempt: SignInAttempt): Promise<void> {
    if (this.#attempt === attempt) {
      this.#attempt = undefined;
      clearTimeout(this.#timer);
    }
    await attempt.end();
  }
}
