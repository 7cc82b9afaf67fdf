import { Demand } from './demand.ts';
import type { WarmTarget } from './refill.ts';

export interface WarmTargetsOptions {
  /** Kept warm whether it was asked for or not, while `keepsDefault` says so; always without it. */
  defaultModel: () => string;
  keepsDefault?: () => boolean;
  warmPerModel: number;
  /** How long after its last use a model is kept warm. */
  idleAfterMs: number;
  now: () => number;
}

/** How many processes of which models are to be kept warm, by what was used and asked for lately. */
export class WarmTargets {
  readonly #options: WarmTargetsOptions;
  readonly #demand: Demand;
  readonly #lastUsed = new Map<string, number>();

  constructor(options: WarmTargetsOptions) {
    this.#options = options;
    this.#demand = new Demand(options.now);
  }

  /** A process of `model` was asked for. */
  requested(model: string): void {
    this.#demand.arrived(model);
  }

  /** How long the start of a process takes at present, in ms. */
  get spawnMs(): number {
    return this.#demand.spawnMs;
  }

  /** How long the start of a process took. */
  spawned(ms: number): void {
    this.#demand.spawned(ms);
  }

  /** Counts `model` as in use from now on: it is kept warm until it was unused for `idleAfterMs`. */
  used(model: string): void {
    this.#lastUsed.delete(model);
    this.#lastUsed.set(model, this.#options.now());
  }

  /** The models in use, last used first, and the default one. */
  current(): WarmTarget[] {
    const { defaultModel, keepsDefault = () => true, warmPerModel } = this.#options;
    this.#forgetUnused();
    const models = new Set([...[...this.#lastUsed.keys()].reverse(), ...(keepsDefault() ? [defaultModel()] : [])]);
    return [...models].map((model) => ({
      model,
      count: warmPerModel === 0 ? 0 : Math.max(warmPerModel, this.#demand.of(model)),
    }));
  }

  #forgetUnused(): void {
    const { now, idleAfterMs } = this.#options;
    for (const [model, usedAt] of this.#lastUsed) {
      if (now() - usedAt > idleAfterMs) this.#lastUsed.delete(model);
    }
  }
}
