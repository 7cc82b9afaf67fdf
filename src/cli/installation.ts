import type { LoginStatus } from '../admission/login.ts';
import type { HealthReport } from '../core/health.ts';
import { readAuthStatus } from '../process/auth-status.ts';
import { cliMissingError } from '../process/cli-process.ts';
import { locateCli } from '../process/locate.ts';
import { readCliVersion } from '../process/run-cli.ts';

export interface InstallationOptions {
  /** The environment that the CLI gets. */
  env: Record<string, string>;
  /** Nothing else is tried when it is set. */
  configured?: string;
}

/** The `claude` of this machine. It may be updated, moved or removed at any time, so that it is looked for each time. */
export class Installation {
  readonly #options: InstallationOptions;
  readonly #stopping = new AbortController();
  /** The commands that are being run. */
  readonly #running = new Set<Promise<unknown>>();
  #known: HealthReport['cli'];
  #reading: Promise<string | undefined> | undefined;

  constructor(options: InstallationOptions) {
    this.#options = options;
  }

  /** As it was found last. */
  get known(): HealthReport['cli'] {
    return this.#known;
  }

  /** Throws `CLI_MISSING`. */
  path(): string {
    const path = locateCli(this.#options);
    if (path === undefined) throw cliMissingError();
    return path;
  }

  /** Asks the CLI, once for all that ask meanwhile. `undefined` where there is none, or it does not say. */
  async readVersion(): Promise<string | undefined> {
    this.#reading ??= this.#readVersion().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readVersion(): Promise<string | undefined> {
    const path = locateCli(this.#options);
    if (path === undefined) return undefined;
    const version = await this.#follow((signal) => readCliVersion(path, this.#options.env, signal));
    this.#known = { path, version: version ?? 'unknown' };
    return version;
  }

  /** A process has named its version. */
  noteVersion(version: string): void {
    if (this.#known !== undefined) this.#known.version = version;
  }

  /** `env`: of the login that is asked about, where there are several. */
  async loginStatus(env = this.#options.env): Promise<LoginStatus> {
    const path = locateCli(this.#options);
    if (path === undefined || this.#stopping.signal.aborted) return { state: 'unknown' };
    return this.#follow((signal) => readAuthStatus(path, env, signal));
  }

  /** Ends the commands that are being run, which write into the CLI's folder at their end; settles when they are gone. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
  }

  async #follow<Value>(run: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    const running = run(this.#stopping.signal);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }
}
