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

export type StopReason =
  'end_turn' | 'max_tokens' | 'model_context_window_exceeded' | 'stop_sequence' | 'tool_use' | 'refusal';

/** How a content block of the answer begins. */
export type BlockStart =
  | { type: 'text' }
  | { type: 'thinking' }
  | { type: 'redacted_thinking'; data: string }
  | { type: 'tool_use'; id: string; name: string }
  /** The structured output that was asked for: `text` deltas of one JSON value. */
  | { type: 'output' }
  /** Words with which the model declines to give the structured output that was asked for. */
  | { type: 'refusal' };

/**
 * What a turn yields, in order: `start`, then the blocks one after the other, each a `block_start`, its deltas and a
 * `block_stop`, then exactly one `end`; a failure is a thrown `HarnessError` instead of the `end`. At any time before the
 * `end`, `restart` voids everything since the `start`, a block that is still open included, and the answer begins again.
 */
export type TurnEvent =
  /** `usage` is what is known of the prompt; its counts of generated tokens mean nothing yet. */
  | { type: 'start'; model: string; usage: Usage }
  /** Such as after a lost connection. The fields replace those of the `start`. */
  | { type: 'restart'; model: string; usage: Usage }
  | { type: 'block_start'; block: BlockStart }
  | { type: 'text'; text: string }
  | { type: 'thinking'; text: string }
  /** Where in a document of the conversation the text around it comes from; the API's own object. */
  | { type: 'citation'; citation: object }
  /** Ends a thinking block. */
  | { type: 'signature'; signature: string }
  /** A piece of a tool call's arguments as JSON text; the pieces joined are one object, or nothing for no arguments. */
  | { type: 'input'; json: string }
  | { type: 'block_stop' }
  /** What the client should know of how the answer came about, before the part of the answer that it is about. */
  | { type: 'warning'; message: string }
  | { type: 'end'; stopReason: StopReason; stopSequence?: string; usage: Usage };
