/** Token counts of one answer, as the API reports them. */
export interface Usage {
  /** Prompt tokens that were neither read from nor written to the cache. */
  inputTokens: number;
  cacheReadTokens: number;
  cacheCreationTokens: number;
  /** The share of `cacheCreationTokens` that is kept for an hour instead of five minutes; absent where the API does not say. */
  hourCacheCreationTokens?: number;
  /** All generated tokens, thinking included. */
  outputTokens: number;
  /** The thinking share of `outputTokens`; 0 where the API does not say. */
  thinkingTokens: number;
  /** What the API counts besides, such as its own searches, as it sends it. */
  extra?: Readonly<Record<string, unknown>>;
}

export type StopReason =
  | 'end_turn'
  | 'max_tokens'
  | 'model_context_window_exceeded'
  | 'stop_sequence'
  | 'tool_use'
  | 'refusal'
  /** The API has interrupted a long answer, which goes on when the client sends it back. */
  | 'pause_turn'
  /** The answer is a summary of the conversation so far, after which the client asks again. */
  | 'compaction';

/** What the API says at the end of an answer besides, as it sends it: in its delta of the message, and beside that. */
export interface EndExtra {
  delta: Readonly<Record<string, unknown>>;
  event: Readonly<Record<string, unknown>>;
}

/** How a content block of the answer begins. */
export type BlockStart =
  | { type: 'text' }
  | { type: 'thinking' }
  | { type: 'redacted_thinking'; data: string }
  /** `extra`: what the API says of the call besides, such as who makes it. */
  | { type: 'tool_use'; id: string; name: string; extra?: Readonly<Record<string, unknown>> }
  /** A block that only the API and the client understand, as it begins; its deltas are `opaque`. */
  | { type: 'opaque'; block: Readonly<Record<string, unknown>> }
  /** The structured output that was asked for: `text` deltas of one JSON value. */
  | { type: 'output' }
  /** Words with which the model declines to give the structured output that was asked for. */
  | { type: 'refusal' };

/**
 * What a turn yields: one `start`, the blocks of the answer, and exactly one `end` as the last event; a failure is a
 * thrown `HarnessError` instead of the `end`. Between them, `restart` voids everything since the `start`, blocks that are
 * still open included, and the answer begins again. A `warning` may come at any time before the `end`.
 *
 * A block is a `block_start`, its deltas and a `block_stop`, all with the block's `id`: a number that no other block of
 * the turn has, not even one that a `restart` made void. Ids need not be consecutive. A failure or a `restart` may leave
 * a block without its `block_stop`; no event has the id of a block that has not begun or has already stopped.
 *
 * At present blocks come one after the other and make up one message. Ids leave room for more: a second `start` may come
 * to mean that a further message of the same turn begins, and tool results and questions to the caller can come between
 * blocks and refer to them. Consumers should look blocks up by id rather than rely on which one came last.
 */
export type TurnEvent =
  /** `usage` is what is known of the prompt; its counts of generated tokens mean nothing yet. */
  | { type: 'start'; model: string; usage: Usage }
  /** The connection to the model was lost, or another try replaces an answer. Its fields replace those of the `start`. */
  | { type: 'restart'; model: string; usage: Usage }
  | { type: 'block_start'; id: number; block: BlockStart }
  | { type: 'text'; id: number; text: string }
  | { type: 'thinking'; id: number; text: string }
  /** Where in a document of the conversation the text around it comes from; the API's own object. */
  | { type: 'citation'; id: number; citation: object }
  /** Ends a thinking block. */
  | { type: 'signature'; id: number; signature: string }
  /** A piece of a tool call's arguments as JSON text; the pieces joined are one object, or nothing for no arguments. */
  | { type: 'input'; id: number; json: string }
  /** A delta of an opaque block, or one of another block that only the API and the client understand. */
  | { type: 'opaque'; id: number; delta: Readonly<Record<string, unknown>> }
  | { type: 'block_stop'; id: number }
  /** What the client should know of how the answer came about, before the part of the answer that it is about. */
  | { type: 'warning'; message: string }
  | { type: 'end'; stopReason: StopReason; stopSequence?: string; usage: Usage; extra?: EndExtra };
