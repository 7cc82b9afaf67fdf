import type { Conversation } from './conversation.ts';
import type { TurnEvent } from './turn-event.ts';

/** How hard the model should think before it answers; `none` asks for an answer without thinking. */
export type Effort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh';

/** A mark on a turn's way, for logs and the demo; the observer reads its own clock. */
export type TurnStage =
  { name: 'admitted' } | { name: 'acquired'; warm: boolean } | { name: 'fed' } | { name: 'started' };

export interface TurnOptions {
  /** The model as the client named it. */
  model: string;
  /** Upper bound of generated tokens; the model's own limit when absent. */
  maxTokens?: number;
  /** The configured default when absent. */
  effort?: Effort;
  onStage?: (stage: TurnStage) => void;
}

/**
 * Runs one turn. The iterable is consumed once; leaving it early, or aborting `signal`, cancels the turn and frees its
 * process. Throws `HarnessError`; an abort throws the signal's reason.
 */
export type RunTurn = (
  conversation: Conversation,
  options: TurnOptions,
  signal: AbortSignal,
) => AsyncIterable<TurnEvent>;
