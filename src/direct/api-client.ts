import type { Effort } from '../core/turn-options.ts';

/** A model as the API describes it, or as its name lets one guess. */
export interface ApiModel {
  id: string;
  displayName?: string;
  /** The most tokens that one answer may have. */
  maxOutputTokens?: number;
  /** The context window in tokens. */
  contextWindow?: number;
  /** Which modes of thinking it accepts: as much as it likes, up to a budget, none. */
  thinking: { adaptive: boolean; budget: boolean; off: boolean };
  /** The levels of effort that it takes, from the lowest to the highest; none where it has no levels. */
  efforts: readonly Effort[];
}

export interface CallOptions {
  signal: AbortSignal;
  /** Features of the API that are not for everybody yet. */
  betas?: readonly string[];
}

/** The Messages API as this layer needs it. Everything throws `HarnessError`; an abort throws the signal's reason. */
export interface ApiClient {
  /** The events of a streamed answer as the API sends them. Leaving them early cancels the request. */
  stream(body: object, options: CallOptions): AsyncIterable<unknown>;
  countTokens(body: object, options: CallOptions): Promise<number>;
  /** The newest first. */
  listModels(): Promise<ApiModel[]>;
}
