import type { Effort } from './turn-options.ts';

/** What holds for every turn that begins now: it can change while the service runs, so that each turn reads it anew. */
export interface TurnRules {
  /** Thinking effort of requests that set none. */
  readonly defaultEffort: Effort;
  /** How long a turn may run, in ms. */
  readonly turnTimeoutMs: number;
  /** How long a running turn may be silent, in ms. */
  readonly idleTimeoutMs: number;
}
