/** Token counts of one answer, as the API reports them. */
export interface Usage {
  /** Prompt tokens that were neither read from nor written to the cache. */
  inputTokens: number;
  cacheReadTokens: number;
  cacheCreationTokens: number;
  /** All generated tokens, thinking included. */
  outputTokens: number;
  /** The thinking share of `outputTokens`; 0 where the API does not say. */
  thinkingTokens: number;
}

export type StopReason = 'end_turn' | 'max_tokens' | 'stop_sequence' | 'tool_use' | 'refusal';

/**
 * What a turn yields, in order: `start`, then deltas, then exactly one `end`; a failure is a thrown `HarnessError`
 * instead of the `end`. A second `start` means that the CLI lost its connection and began the whole answer again:
 * everything since the first one is void.
 */
export type TurnEvent =
  | { type: 'start'; model: string }
  | { type: 'text'; text: string }
  | { type: 'thinking'; text: string }
  | { type: 'end'; stopReason: StopReason; usage: Usage };
