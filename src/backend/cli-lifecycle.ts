import { readinessOf, type Phase } from '../admission/readiness.ts';
import type { Login } from '../admission/login.ts';
import type { PlanLimits } from '../admission/plan-limits.ts';
import { tokenNotice } from '../admission/token-age.ts';
import { discoverModels } from '../cli/discover-models.ts';
import type { Installation } from '../cli/installation.ts';
import type { ModelCatalog } from '../cli/model-catalog.ts';
import type { Pool } from '../cli/pool/pool.ts';
import type { Readiness } from '../core/backend.ts';
import { HarnessError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';

const dayMs = 24 * 60 * 60 * 1000;

export interface CliLifecycleOptions {
  pool: Pool;
  login: Login;
  planLimits: PlanLimits;
  catalog: ModelCatalog;
  installation: Installation;
  defaultModel: () => string;
  /** Whether the CLI is asked for its models at the start. */
  asksForModels: boolean;
  /** The owner's token; `undefined` where there is none. */
  token: { storedAt: number; renewal?: string } | undefined;
  log: Logger;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** The CLI backend from its start to its end, and whether it would serve meanwhile. */
export class CliLifecycle {
  readonly #options: CliLifecycleOptions;
  readonly #stopping = new AbortController();
  #phase: Phase = 'starting';
  #settled: Promise<void> = Promise.resolve();
  #noticing: NodeJS.Timeout | undefined;

  constructor(options: CliLifecycleOptions) {
    this.#options = options;
  }

  /** Aborts when the backend stops. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Settles when the last `settle` has. */
  get settled(): Promise<void> {
    return this.#settled;
  }

  readiness(): Readiness {
    const { pool, login, planLimits } = this.#options;
    const { failure } = pool;
    return readinessOf({ phase: this.#phase, failure, login, planLimits, notice: this.#notice() });
  }

  async settle(): Promise<void> {
    this.#settled = this.#settle();
    await this.#settled;
  }

  drain(): void {
    this.#phase = 'draining';
    this.#options.pool.drain();
  }

  async stop(): Promise<void> {
    const { login, pool, installation } = this.#options;
    this.#stopping.abort(new HarnessError('DRAINING', 'The harness is shutting down.'));
    login.stop();
    clearInterval(this.#noticing);
    await Promise.all([pool.stop(), installation.stop()]);
  }

  async #settle(): Promise<void> {
    const { installation, login, asksForModels } = this.#options;
    this.#logNotice();
    // One line a day.
    this.#noticing = setInterval(() => {
      this.#logNotice();
    }, dayMs);
    await Promise.all([installation.readVersion(), login.start(), ...(asksForModels ? [this.#discoverModels()] : [])]);
    if (this.#phase === 'starting') this.#phase = 'running';
  }

  async #discoverModels(): Promise<void> {
    const { pool, defaultModel, catalog, log } = this.#options;
    try {
      await discoverModels(pool, defaultModel(), catalog, this.signal);
    } catch (error) {
      log.debug('the models could not be asked for', { error });
    }
  }

  #notice(): string | undefined {
    const { token, now } = this.#options;
    return token === undefined ? undefined : tokenNotice(token, now());
  }

  #logNotice(): void {
    const text = this.#notice();
    if (text !== undefined) this.#options.log.warn(text);
  }
}
