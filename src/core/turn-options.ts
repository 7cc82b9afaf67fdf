import type { Conversation, JsonSchema } from './conversation.ts';

/** How hard the model should think before it answers; `none` asks for an answer without thinking. */
export type Effort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';

/** The kinds of backends: processes of the CLI, paid by its login; or the Messages API itself, by an API key. */
export type BackendName = 'cli' | 'direct';

/** The state in which a turn found its process: set up for just such a turn, ready, or yet to be started. */
export type WaitingProcess = 'prepared' | 'warm' | 'cold';

/**
 * A step of a turn, for logs and the demo; the observer reads its own clock. Only turns of the CLI acquire and feed a
 * process. A turn that falls back to another backend, or to another of several logins of the CLI, is admitted to each.
 */
export type TurnStage =
  | { name: 'admitted'; backend: BackendName; login?: string }
  | { name: 'acquired'; process: WaitingProcess }
  | { name: 'fed' };

/** Whether the model may, must not or must call one of the conversation's tools, or must call a certain one. */
export type ToolChoice = { type: 'auto' } | { type: 'none' } | { type: 'required' } | { type: 'tool'; name: string };

/** The form that the answer must have. */
export interface OutputFormat {
  /** Its `type` is `object`. */
  schema: JsonSchema;
  /** The request field that holds the schema, for errors. */
  field: string;
  /**
   * The API keeps the answer's text to the schema. Without it the model calls a tool whose arguments are the answer.
   */
  constrained?: boolean;
}

/** How the next token is chosen; the API's defaults where absent. */
export interface Sampling {
  /** From 0; the API takes at most 1, OpenAI's clients ask for up to 2. */
  temperature?: number;
  topP?: number;
  topK?: number;
}

export interface TurnOptions {
  /** Who asks, where clients can be distinguished; they share the queue. */
  client?: string;
  /** The model as the client named it. */
  model: string;
  /** Upper bound of generated tokens; the model's own limit when absent. */
  maxTokens?: number;
  /** The configured default when absent. */
  effort?: Effort;
  /**
   * How many tokens the model may think, whatever `effort` would give; with 0 it does not think, and `effort` says only
   * how thorough the answer is. Models that decide for themselves how much to think take it for yes or no.
   */
  thinkingBudget?: number;
  /** The model is not asked for a level of effort, which some refuse; `effort` says only how much it thinks. */
  omitsEffort?: boolean;
  sampling?: Sampling;
  /** `auto` when absent. */
  toolChoice?: ToolChoice;
  /** Whether one answer may hold several calls; true when absent. */
  parallelToolCalls?: boolean;
  /** The answer is one JSON value of this form, given as an `output` block; or calls of tools, where there are any. */
  output?: OutputFormat;
  /** The answer ends before the first of these. */
  stopSequences?: readonly string[];
  /**
   * Further fields of a Messages request, sent as they are. Of `thinking` and `output_config` it has what no other
   * option says.
   */
  extra?: Readonly<Record<string, unknown>>;
  /** Features of the API that the client has asked for in its headers; only for the API itself. */
  betas?: readonly string[];
  /**
   * How a required call is enforced: the API forces it, which it refuses while the model thinks; or the prompt asks for
   * it.
   */
  enforcement?: 'api' | 'prompt';
  /** The client can't send an answer back that the API has interrupted; the harness goes on with it. */
  continuesPaused?: boolean;
  /** The client gets the answer only when it is complete, so a wrong one can still be replaced by another. */
  buffered?: boolean;
  /**
   * Puts the contents of files in the place of what names them, for a turn that has its place; absent: it names none.
   * Throws `FILE_NOT_FOUND`, `INVALID_REQUEST` or `BODY_TOO_LARGE` with the field.
   */
  readFiles?: (conversation: Conversation) => Promise<Conversation>;
  /** `idle`: nobody waits for the answer, and the turn takes only what no other turn wants. */
  priority?: 'idle';
  onStage?: (stage: TurnStage) => void;
}
