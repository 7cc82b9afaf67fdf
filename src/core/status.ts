import type { Conversation } from './conversation.ts';
import type { Effort, TurnOptions } from './turn-options.ts';

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

export interface HealthReport {
  /** Seconds since the service started. */
  uptimeSeconds: number;
  version: string;
  cli: { path: string; version: string } | undefined;
  activeTurns: number;
  queuedTurns: number;
  warmProcesses: number;
}

/** A model that can be asked for, as the CLI reports it or the config names it. */
export interface ModelInfo {
  id: string;
  /** The model that serves it, such as `claude-haiku-4-5-20251001`; absent when only the CLI knows. */
  resolved?: string;
  displayName?: string;
  /** Values of `Effort` that the model knows. */
  efforts: readonly Effort[];
  /** The most tokens that one answer may have; absent when it is not known. */
  maxOutputTokens?: number;
}

/** How many tokens a prompt has. */
export interface TokenCount {
  inputTokens: number;
  /** What of it nobody counts exactly, for people; absent where the figure is the API's own. */
  estimated?: string;
}

/** What HTTP may ask about the service besides running turns. None of it costs a model call. */
export interface ServiceStatus {
  readiness(): Readiness;
  health(): HealthReport;
  models(): Promise<ModelInfo[]>;
  /** The model's context window in tokens; `undefined` when it is not known. */
  contextWindow(model: string): Promise<number | undefined>;
  /** The tokens of a prompt without what the CLI adds to it. Throws `HarnessError`; an abort throws the signal's reason. */
  countTokens(conversation: Conversation, turn: TurnOptions, signal: AbortSignal): Promise<TokenCount>;
}
