import type { Pool } from './pool/pool.ts';
import { parseContextUsage } from '../process/context-usage.ts';
import { askCli } from './ask-cli.ts';

/** The context windows of models, in tokens, as the CLI reports them; they depend on its version and on the plan. */
export class ContextWindows {
  readonly #pool: Pool;
  readonly #signal: AbortSignal;
  readonly #windows = new Map<string, Promise<number | undefined>>();

  constructor(pool: Pool, signal: AbortSignal) {
    this.#pool = pool;
    this.#signal = signal;
  }

  /** Asked for once for each model, which takes a process but no model call. `undefined` when the CLI doesn't report it. */
  async of(model: string): Promise<number | undefined> {
    const asked = this.#windows.get(model) ?? this.#ask(model);
    this.#windows.set(model, asked);
    // No process can be had at present, which /ready reports.
    const tokens = await asked.catch(() => undefined);
    // Next time it is asked again.
    if (tokens === undefined) this.#windows.delete(model);
    return tokens;
  }

  async #ask(model: string): Promise<number | undefined> {
    const [usage] = await askCli(this.#pool, model, [{ subtype: 'get_context_usage' }], this.#signal);
    return parseContextUsage(usage)?.maxTokens;
  }
}
