import type { PoolShare } from '../cli-pool.ts';

export interface PoolSharesOptions {
  /** `pool.max_warm`, of the whole service. */
  maxWarm: number;
  /** How long after its last turn a login counts as in use, in ms. */
  idleAfterMs: number;
  /** The login that a new conversation would go to. */
  preferred: () => string | undefined;
  /** For lengths of time, in ms. */
  ticks: () => number;
}

/** Divides the processes that wait among the logins that are in use: for the others, none waits. */
export class PoolShares {
  readonly #options: PoolSharesOptions;
  readonly #usedAt = new Map<string, number>();

  constructor(options: PoolSharesOptions) {
    this.#options = options;
  }

  used(login: string): void {
    this.#usedAt.set(login, this.#options.ticks());
  }

  of(login: string): PoolShare {
    const { maxWarm, preferred } = this.#options;
    return {
      // With none at all, processes would serve a single turn.
      maxWarm: () => (maxWarm === 0 ? 0 : Math.max(1, Math.floor(maxWarm / this.#inUse().size))),
      keepsDefault: () => preferred() === login,
    };
  }

  #inUse(): Set<string | undefined> {
    const { idleAfterMs, preferred, ticks } = this.#options;
    const recent = [...this.#usedAt].filter(([, at]) => ticks() - at <= idleAfterMs).map(([login]) => login);
    return new Set([preferred(), ...recent]);
  }
}
