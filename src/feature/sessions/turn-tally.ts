import { noModelUsage, type AgentEvent, type ModelUsage } from '../../core/agent-engine.ts';

/** Adds up what a turn takes. */
export class TurnTally {
  readonly startedAt: number;
  readonly #now: () => number;
  #firstEventMs: number | undefined;
  #toolCalls = 0;
  #usage: ModelUsage = noModelUsage;

  /** `now`: milliseconds since the epoch. */
  constructor(now: () => number) {
    this.#now = now;
    this.startedAt = now();
  }

  saw(event: AgentEvent): void {
    if (event.type === 'request_ended') this.#add(event.usage);
    else if (event.type !== 'request_started') this.#firstEventMs ??= this.#now() - this.startedAt;
    if (event.type === 'tool_called') this.#toolCalls += 1;
  }

  get sums() {
    const first = this.#firstEventMs;
    return {
      startedAt: this.startedAt,
      usage: this.#usage,
      toolCalls: this.#toolCalls,
      ...(first !== undefined && { firstEventMs: first }),
    };
  }

  #add(usage: ModelUsage): void {
    const sum = (name: keyof ModelUsage): number => this.#usage[name] + usage[name];
    this.#usage = {
      input_tokens: sum('input_tokens'),
      output_tokens: sum('output_tokens'),
      cache_creation_input_tokens: sum('cache_creation_input_tokens'),
      cache_read_input_tokens: sum('cache_read_input_tokens'),
    };
  }
}
