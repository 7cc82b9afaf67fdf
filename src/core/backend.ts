import type { Conversation } from './conversation.ts';
import type { TurnEvent } from './turn-event.ts';
import type { BackendName, Effort, TurnOptions } from './turn-options.ts';

/**
 * Runs one turn. The iterable is consumed once; leaving it early, or aborting `signal`, cancels the turn and frees what
 * it held. Throws `HarnessError`; an abort throws the signal's reason.
 */
export type RunTurn = (
  conversation: Conversation,
  options: TurnOptions,
  signal: AbortSignal,
) => AsyncIterable<TurnEvent>;

/** What answers turns, and what can be asked of it. Only `run` costs a model call. */
export interface Backend {
  run: RunTurn;
  models(): Promise<ModelInfo[]>;
  /** The tokens of a prompt without what a backend adds to it. Throws `HarnessError`; an abort throws the signal's reason. */
  countTokens(conversation: Conversation, options: TurnOptions, signal: AbortSignal): Promise<TokenCount>;
  /** Whether a turn would be answered now, from what is known already. */
  readiness(): Readiness;
  /** What would answer a turn of this model. Throws `MODEL_NOT_FOUND`. */
  servedBy: (model: string) => ServedBy;
}

/** What answers a turn, as far as its answer may depend on it. */
export interface ServedBy {
  backend: BackendName;
  /** The full name, as far as it is known. */
  model: string;
  /** Of the CLI; `unknown` before it has been asked. */
  version?: string;
}

/** Why a request would not be served now; `ready` means that it would. */
export type Readiness =
  /** `notice`: what the owner should do before long. */
  | { ready: true; notice?: string }
  | {
      ready: false;
      reason: 'starting' | 'draining' | 'cli_missing' | 'cli_failing' | 'not_logged_in' | 'api_key_refused';
      message: string;
    }
  | { ready: false; reason: 'rate_limited'; message: string; resetsAt: number };

/** A model that can be asked for, as its backend reports it or the configuration names it. */
export interface ModelInfo {
  id: string;
  /** The model that serves it, such as `claude-haiku-4-5-20251001`; absent when only the CLI knows. */
  resolved?: string;
  displayName?: string;
  /** Values of `Effort` that the model knows. */
  efforts: readonly Effort[];
  /** In tokens, of the prompt and its answer together; absent when it is not known. */
  contextWindow?: number;
  /** The most tokens that one answer may have; absent when it is not known. */
  maxOutputTokens?: number;
  /** An agent that works with it, whose tools and settings are its own. */
  isAgent?: boolean;
}

/** How many tokens a prompt has. */
export interface TokenCount {
  inputTokens: number;
  /** What of it nobody counts exactly, for people; absent where the figure is the API's own. */
  estimated?: string;
}
