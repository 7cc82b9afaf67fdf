import type { Caller } from './sessions.ts';

/** What a job consists of: a request at an endpoint such as `/v1/messages`, or a turn of an agent in a session of its own. */
export type JobWork =
  | {
      kind: 'request';
      path: string;
      /** As JSON. */
      body: string;
    }
  | { kind: 'agent'; agent: string; prompt: string };

export type JobStatus = 'queued' | 'running' | 'completed' | 'failed' | 'stopped';

/** What came of a job. */
export interface JobOutcome {
  /** What the endpoint would have sent over HTTP, an error included; absent for an agent. */
  response?: { status: number; requestId: string; body: object };
  /** Why there is no answer. */
  error?: { code: string; message: string };
  /** What was said last by an agent. */
  text?: string;
  usage?: { inputTokens: number; cachedTokens: number; outputTokens: number; thinkingTokens: number };
}

export interface Job extends JobOutcome {
  /** `job_` and 32 hex digits. */
  id: string;
  status: JobStatus;
  /** Of a request: its endpoint. */
  path?: string;
  agent?: string;
  /** As the client named it, if it did. */
  model?: string;
  /** Of an agent, once it has one. */
  sessionId?: string;
  metadata: Readonly<Record<string, string>>;
  /** All in milliseconds since the epoch. */
  createdAt: number;
  startedAt?: number;
  endedAt?: number;
  /** It is gone from then on. */
  goneAt: number;
}

export interface JobDraft {
  work: JobWork;
  model?: string;
  metadata: Readonly<Record<string, string>>;
  /** Who is told of the end, in place of whom the configuration names. */
  webhook?: string;
}

export interface JobQuery {
  /** 1 to 100. */
  limit: number;
  /** The id of a job of the list, which is newest first: what follows it. */
  after?: string;
}

/** Jobs of clients, each of which sees its own. All throw `JOB_NOT_FOUND` for any other. */
export interface Jobs {
  /** Checks what is asked as its endpoint would, keeps it, and begins it. Throws what the endpoint would. */
  create(caller: Caller, client: string | undefined, draft: JobDraft): Promise<Job>;
  get(caller: Caller, id: string): Promise<Job>;
  list(caller: Caller, query: JobQuery): Promise<{ data: readonly Job[]; hasMore: boolean }>;
  /** Has no effect on one that has ended. */
  stop(caller: Caller, id: string): Promise<Job>;
  /** Stops it before. */
  delete(caller: Caller, id: string): Promise<void>;
}
