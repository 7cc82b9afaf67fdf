import type { HarnessError } from './errors.ts';
import type { BackendName, WaitingProcess } from './turn-options.ts';

/** The W3C's Trace Context: https://www.w3.org/TR/trace-context/. */
export interface TraceHeaders {
  traceparent: string;
  tracestate?: string;
}

/**
 * Everything that is known of a request for an answer when it is over, whoever asked and however: over HTTP, in the
 * background, in a batch. Nothing of what was asked or answered is in it. Times are milliseconds.
 */
export interface JournalEntry {
  requestId: string;
  /** The response that was made in the background, by which clients ask for it. */
  responseId?: string;
  /** The id of the batch or the job to which it belongs. */
  batch?: string;
  /** When it arrived, in milliseconds since the epoch. */
  arrivedAt: number;
  /**
   * Which token it came with: its name, or `token 1` in the order of the configuration. Where none is asked for, the
   * name that the client gives itself, if any.
   */
  client?: string;
  /** Which trace of the caller's it belongs to, as its headers say: unchecked. */
  trace?: TraceHeaders;
  /** The program that asked, by its own word. */
  userAgent?: string;
  /** Where the connection came from. */
  address?: string;
  /** The stored conversation, or the session of an agent; else the one that the client says it belongs to. */
  session?: string;
  /** The path as it was mounted, such as `/api/v1/messages`. */
  route: string;
  dialect: string;
  stream: boolean;
  /** Nobody waited for the answer. */
  background: boolean;
  /** The model as it was asked for. */
  model: string;
  /** The model that answered, by the API's word. */
  served?: string;
  /** Of several turns, or one that changed over, the last that was admitted; absent when none was. */
  backend?: BackendName;
  /** Which of several logins of the CLI, likewise. */
  login?: string;
  process?: WaitingProcess;
  /** Why the answer ended. */
  finish?: string;
  /** The HTTP status that the client got, or would have got: 499 when it was gone before. */
  status: number;
  error?: HarnessError;
  /** The connection was closed before the answer was complete. */
  clientGone: boolean;
  totalMs: number;
  /** Until the body was read and translated. */
  readMs?: number;
  queueMs?: number;
  acquireMs?: number;
  feedMs?: number;
  /** Until the first piece of the answer. */
  firstTokenMs?: number;
  /** The cached ones among them. */
  tokensIn?: number;
  tokensOut?: number;
  /** Read from the prompt cache. */
  tokensCached?: number;
  /** Written to the prompt cache, to be kept for five minutes, or for an hour; five minutes where the API does not say. */
  tokensCachedFor5Minutes?: number;
  tokensCachedForHour?: number;
  /** The thinking share of `tokensOut`; 0 where the API does not say. */
  tokensThinking?: number;
  /** The API answered at another price than its usual one, as in its fast mode. */
  isSpeciallyPriced?: boolean;
  /**
   * What the response cache did; absent where it is off for the client. A `hit` has cost no tokens of its own: it was
   * kept, or another request's turn answered it.
   */
  cache?: 'hit' | 'miss' | 'bypass';
  /** Calls of the client's tools in the answer. */
  toolCalls: number;
}

/** Takes in finished requests, one by one. Must not throw, and takes no time worth mentioning. */
export type JournalSink = (entry: JournalEntry) => void;
