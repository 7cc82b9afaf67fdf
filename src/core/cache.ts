/**
 * What a request says of the response cache in its body, as LiteLLM's clients do. Lengths of time are in seconds; null is
 * the same as absent.
 */
export interface CacheFields {
  /** How long the answer may be given again. */
  ttl?: number | null | undefined;
  /** How old an answer may be that is given again. */
  's-maxage'?: number | null | undefined;
  /** The model is asked anew; its answer may be kept. */
  'no-cache'?: boolean | null | undefined;
  /** No kept answer is given, and none is kept. */
  'no-store'?: boolean | null | undefined;
  /** Answers are shared with requests of the same namespace only. */
  namespace?: string | null | undefined;
}

/** The most characters of a namespace. */
export const maxNamespaceChars = 128;

/** What a client may keep of its answers. */
export interface CachePolicy {
  /** How long an answer is given again; 0: the cache is off. */
  ttlMs: number;
  /** Whether answers with calls of the client's tools are kept. */
  tools: boolean;
}

/** What the cache did for a request. */
export type CacheOutcome =
  /** It was answered with what was kept. */
  | { kind: 'hit'; ageMs: number; ttlMs: number }
  /**
   * It was answered with the turn of an equal request that had come before. `pays`: who had asked first has left, so that
   * the turn counts as this request's.
   */
  | { kind: 'joined'; pays: boolean }
  /** The model was asked: nothing was kept, or the request asked for a newer answer. */
  | { kind: 'miss'; why: 'miss' | 'request'; isStored: boolean }
  /** The request is of a kind that is never kept, or its client does not want it. */
  | { kind: 'bypass' };
