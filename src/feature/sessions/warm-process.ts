import type { AgentEngine, AgentProcess, AgentSessionOptions } from '../../core/agent-engine.ts';

/** A process that is started, or being started, before the session that it will serve is known: one, and no other after it. */
export class WarmProcess {
  readonly options: AgentSessionOptions;
  readonly startedAt: number;
  /** Settles when it can be sent to; rejects with the reason why it never can. */
  readonly opened: Promise<AgentProcess>;
  readonly #cancel = new AbortController();
  #process: AgentProcess | undefined;

  /** `now` is of the caller's clock, in ms. */
  constructor(engine: AgentEngine, options: AgentSessionOptions, now: number) {
    this.options = options;
    this.startedAt = now;
    this.opened = engine.open(options, this.#cancel.signal);
    this.opened.then(
      (process) => {
        this.#process = process;
      },
      // Whoever has it hears of that; perhaps nobody does.
      () => undefined,
    );
  }

  /** Whether a process that is started now would be the same. */
  get isCurrent(): boolean {
    return this.#process?.isCurrent() ?? true;
  }

  /** Ends it in any state; settles when it is gone. */
  async stop(): Promise<void> {
    this.#cancel.abort();
    const process = await this.opened.catch(() => undefined);
    await process?.stop();
  }
}
