import type { BackendName } from './backend.ts';
import type { JsonSchema } from './conversation.ts';

/** How hard the model should think before it answers; `none` asks for an answer without thinking. */
export type Effort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';

/** How far a process was when a turn came for it: set up for just such a turn, ready, or yet to be started. */
export type WaitingProcess = 'prepared' | 'warm' | 'cold';

/**
 * A mark on a turn's way, for logs and the demo; the observer reads its own clock. Only a process is acquired and fed.
 * A turn that changes its backend is admitted to each.
 */
export type TurnStage =
  { name: 'admitted'; backend: BackendName } | { name: 'acquired'; process: WaitingProcess } | { name: 'fed' };

/** Whether the model may, must not, must, or must with a certain name, call one of the conversation's tools. */
export type ToolChoice = { type: 'auto' } | { type: 'none' } | { type: 'required' } | { type: 'tool'; name: string };

/** The form that the answer must have. */
export interface OutputFormat {
  /** Its `type` is `object`. */
  schema: JsonSchema;
  /** The request field that holds the schema, for errors. */
  field: string;
}

export interface TurnOptions {
  /** Who asks, where clients can be told apart; they share the queue. */
  client?: string;
  /** The model as the client named it. */
  model: string;
  /** Upper bound of generated tokens; the model's own limit when absent. */
  maxTokens?: number;
  /** The configured default when absent. */
  effort?: Effort;
  /**
   * How many tokens the model may think, whatever `effort` would give; with 0 it does not think, and `effort` says only
   * how thorough the answer is. Models that decide for themselves how much to think take it for a yes or a no.
   */
  thinkingBudget?: number;
  /** `auto` when absent. */
  toolChoice?: ToolChoice;
  /** Whether one answer may hold several calls; true when absent. */
  parallelToolCalls?: boolean;
  /** The answer is one JSON value of this form, given as an `output` block; or calls of tools, where there are any. */
  output?: OutputFormat;
  /** The answer ends before the first of these. */
  stopSequences?: readonly string[];
  /**
   * How a call that must come is brought about: the API forces it, which it refuses together with thinking; or the
   * prompt asks for it.
   */
  enforcement?: 'api' | 'prompt';
  /** The client reads the answer only when it is complete, so a wrong one can still be replaced by another. */
  replaceable?: boolean;
  onStage?: (stage: TurnStage) => void;
}
