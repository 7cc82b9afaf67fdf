import type { Pool } from './pool/pool.ts';
import { parseContextUsage } from '../process/context-usage.ts';
import { askCli } from './ask-cli.ts';

/** A list of models is worth a short wait, not a long one. */
const patienceMs = 5000;
/** What the CLI would not tell is asked for again no sooner, since some programs list models every few seconds. */
const retryAfterMs = 60_000;

export interface ContextWindowsOptions {
  pool: Pool;
  /** The full name behind a name of the CLI's, as far as the CLI has reported it; else the name itself. */
  resolvedName: (model: string) => string;
  /** The version of the CLI that is installed, as far as it is known. */
  version: () => string | undefined;
  signal: AbortSignal;
  /** Milliseconds, from any beginning. */
  ticks: () => number;
}

/** The context windows of models, in tokens, as the CLI reports them; they depend on its version and on the plan. */
export class ContextWindows {
  readonly #options: ContextWindowsOptions;
  readonly #known = new Map<string, number>();
  readonly #failedAt = new Map<string, number>();
  #asking: Promise<void> | undefined;

  constructor(options: ContextWindowsOptions) {
    this.#options = options;
  }

  /** `undefined` while it is not known. */
  of(model: string): number | undefined {
    return this.#known.get(this.#keyOf(model));
  }

  /**
   * Asks for those of the models that are not known, which takes a process for each but no model call: one after the other,
   * so that turns have the machine. Settles when all are known or can't be had, or after five seconds.
   */
  async learn(models: readonly string[]): Promise<void> {
    this.#asking ??= this.#askFor(models).finally(() => {
      this.#asking = undefined;
    });
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patienceMs);
    });
    await Promise.race([this.#asking, patience]);
    clearTimeout(timer);
  }

  async #askFor(models: readonly string[]): Promise<void> {
    for (const model of models) {
      const key = this.#keyOf(model);
      if (this.#known.has(key) || this.#failedLately(key)) continue;
      const tokens = await this.#ask(model);
      if (tokens === undefined) this.#failedAt.set(key, this.#options.ticks());
      else this.#known.set(key, tokens);
    }
  }

  #failedLately(key: string): boolean {
    const failedAt = this.#failedAt.get(key);
    return failedAt !== undefined && this.#options.ticks() - failedAt < retryAfterMs;
  }

  async #ask(model: string): Promise<number | undefined> {
    const { pool, signal } = this.#options;
    try {
      const [usage] = await askCli(pool, model, [{ subtype: 'get_context_usage' }], signal);
      return parseContextUsage(usage)?.maxTokens;
    } catch {
      // No process can be had at present, which /ready reports.
      return undefined;
    }
  }

  /** `opus[1m]` has a longer window than the `opus` that serves it. */
  #keyOf(model: string): string {
    const { version, resolvedName } = this.#options;
    return `${version() ?? ''} ${model.endsWith(']') ? model : resolvedName(model)}`;
  }
}
