import type { Caller } from './sessions.ts';

/** The API whose batch it is; each lists its own. */
export type BatchFamily = 'anthropic' | 'openai';

/** One request of a batch, as the client gave it. */
export interface BatchRequest {
  /** Unique in the batch. */
  customId: string;
  /** The endpoint that answers it, such as `/v1/messages`. */
  path: string;
  /** The request's body, as JSON. */
  body: string;
}

export type BatchStatus =
  /** Its requests are being read. */
  | 'validating'
  | 'in_progress'
  /** No request of it begins any more; what runs is being finished. */
  | 'canceling'
  | 'ended';

/** Why a batch is over. `failed`: its requests could not be read, and none was run. */
export type BatchEnd = 'completed' | 'canceled' | 'expired' | 'failed';

/** How many requests of a batch are in each state; together all of them. */
export interface BatchCounts {
  /** Waiting or running. */
  processing: number;
  succeeded: number;
  errored: number;
  canceled: number;
  expired: number;
}

/** What is wrong with a request of a batch. */
export interface BatchFault {
  /** An error's name, such as `invalid_json_line`. */
  code: string;
  message: string;
  /** From 1, where the requests came as lines. */
  line?: number;
  /** The field at fault. */
  param?: string;
}

export interface Batch {
  id: string;
  family: BatchFamily;
  status: BatchStatus;
  /** Present once it has ended. */
  end?: BatchEnd;
  counts: BatchCounts;
  /** Tokens of the answers so far. */
  usage: { inputTokens: number; cachedTokens: number; outputTokens: number; thinkingTokens: number };
  /** All in milliseconds since the epoch. */
  createdAt: number;
  /** When its requests were understood and could begin. */
  inProgressAt?: number;
  cancelInitiatedAt?: number;
  /** When all had been answered or given up, and the results began to be put together. */
  finalizingAt?: number;
  endedAt?: number;
  /** Requests that have not been answered by then are given up. */
  expiresAt: number;
  /** The batch and its results are gone from then on. */
  goneAt: number;
  faults: readonly BatchFault[];
  metadata: Readonly<Record<string, string>>;
  /** The dialect's own: `input_file_id`, `endpoint`, `output_file_id` and the like. */
  details: Readonly<Record<string, string>>;
}

/** How a request of a batch has ended. `response` is what the endpoint would have sent over HTTP, an error included. */
export interface BatchResult {
  customId: string;
  outcome: 'succeeded' | 'errored' | 'canceled' | 'expired';
  /** Absent where it was canceled, or expired. */
  response?: { status: number; requestId: string; body: object };
}

export interface BatchDraft {
  family: BatchFamily;
  /** `msgbatch_` or `batch_`. */
  idPrefix: string;
  metadata: Readonly<Record<string, string>>;
  details: Readonly<Record<string, string>>;
  /** Why its requests could not be read: it is kept as failed, and none is asked for. */
  faults?: readonly BatchFault[];
  /** How long requests may take, in ms; 24 h by default. */
  windowMs?: number;
  /** Who is told of the end. */
  webhook?: string;
}

export interface BatchQuery {
  /** 1 to 1000. */
  limit: number;
  /** The id of a batch of the list, which is newest first: what follows it, or precedes it. */
  after?: string;
  before?: string;
}

/** Batches of clients, each of which sees its own, of one family. All throw `BATCH_NOT_FOUND` for any other. */
export interface Batches {
  /**
   * Keeps a batch and runs it from then on. `requests` is read as it comes; if it throws, nothing is kept, and this
   * throws the same.
   */
  create(
    caller: Caller,
    client: string | undefined,
    draft: BatchDraft,
    requests: AsyncIterable<BatchRequest>,
  ): Promise<Batch>;
  get(caller: Caller, family: BatchFamily, id: string): Promise<Batch>;
  list(caller: Caller, family: BatchFamily, query: BatchQuery): Promise<{ data: readonly Batch[]; hasMore: boolean }>;
  /** Has no effect on one that has ended. */
  cancel(caller: Caller, family: BatchFamily, id: string): Promise<Batch>;
  /** Throws `BATCH_CONFLICT` unless it has ended. */
  delete(caller: Caller, family: BatchFamily, id: string): Promise<void>;
  /** The results that there are so far, in the order of the requests. */
  results(caller: Caller, family: BatchFamily, id: string): AsyncIterable<BatchResult>;
}
