/** What the client library gives and takes. Bodies and answers have the Messages API's form, as the service serves it. */

/** A block of content, such as `{type: 'text', text: '…'}`. */
export interface ContentBlock {
  type: string;
  readonly [field: string]: unknown;
}

export interface InputMessage {
  role: 'user' | 'assistant';
  content: string | readonly ContentBlock[];
}

/** One request for an answer: a prompt, or the messages so far, and any further field of the Messages API. */
export type Request = {
  /** The service's default where absent. */
  model?: string;
  system?: string | readonly ContentBlock[];
  /** 32,000 by default. */
  max_tokens?: number;
  readonly [field: string]: unknown;
} & ({ prompt: string; messages?: never } | { messages: readonly InputMessage[]; prompt?: never });

export interface Usage {
  input_tokens: number;
  output_tokens: number;
  cache_creation_input_tokens?: number | null;
  cache_read_input_tokens?: number | null;
}

/** An answer as the Messages API has it. */
export interface Message {
  id: string;
  model: string;
  content: ContentBlock[];
  stop_reason: string | null;
  usage: Usage;
}

export interface Answer {
  /** The text of all its text blocks. */
  text: string;
  message: Message;
}

/** What a stream gives: pieces as they come, and last the whole answer. */
export type StreamPart =
  | { type: 'text'; text: string }
  | { type: 'thinking'; text: string }
  | { type: 'tool_call'; id: string; name: string; input: Readonly<Record<string, unknown>> }
  | { type: 'end'; answer: Answer };

export interface CallOptions {
  /** Ends the request, and what it has begun. */
  signal?: AbortSignal;
}

/** A tool of an agent's that begins or has ended. */
export type ToolEvent =
  | { phase: 'started'; id: string; name: string; input: Readonly<Record<string, unknown>> }
  | { phase: 'concluded'; id: string; name: string; isError: boolean; content: readonly ContentBlock[] };

export interface QueryOptions extends CallOptions {
  /** The agent's name in the configuration. */
  agent: string;
  prompt: string;
  /** The session to go on with; a new one where absent. */
  session?: string;
  onText?: (text: string) => void;
  onToolEvent?: (event: ToolEvent) => void;
  /** Decides about a call that the agent's profile asks about; without it such calls are denied. */
  onQuestion?: (call: {
    id: string;
    name: string;
    input: Readonly<Record<string, unknown>>;
  }) => Promise<boolean> | boolean;
}

export interface QueryResult {
  session: string;
  /** What the agent has said, message after message. */
  text: string;
  /** Such as `end_turn`. */
  stopReason: string;
}

export interface Session {
  id: string;
  status: string;
  title: string | null;
  created_at: string;
  usage: Usage;
}

export interface SessionEvent {
  id?: string;
  type: string;
  readonly [field: string]: unknown;
}

/** Agents' sessions, in the form of Managed Agents. */
export interface Sessions {
  create(agent: string, options?: CallOptions & { title?: string }): Promise<Session>;
  get(id: string, options?: CallOptions): Promise<Session>;
  /** The newest first. */
  list(options?: CallOptions): AsyncIterable<Session>;
  send(id: string, events: readonly SessionEvent[], options?: CallOptions): Promise<SessionEvent[]>;
  /** All events so far, the oldest first. */
  events(id: string, options?: CallOptions): AsyncIterable<SessionEvent>;
  /** What happens from now on, with pieces of text as they are written. Settles when the session is being followed. */
  follow(id: string, options?: CallOptions): Promise<AsyncIterable<SessionEvent>>;
  delete(id: string, options?: CallOptions): Promise<void>;
}

export interface UsageQuery extends CallOptions {
  by?: 'day' | 'hour' | 'model' | 'client' | 'block';
  /** Such as `7d`, or RFC 3339. */
  since?: string;
}

/** A service: one that runs, or one of its own. */
export interface Harness {
  /** Where it listens. */
  readonly url: string;
  complete(request: Request, options?: CallOptions): Promise<Answer>;
  stream(request: Request, options?: CallOptions): AsyncIterable<StreamPart>;
  /** A turn of an agent. */
  query(options: QueryOptions): Promise<QueryResult>;
  readonly sessions: Sessions;
  /** As `GET /v1/usage` answers. */
  usage(query?: UsageQuery): Promise<Readonly<Record<string, unknown>>>;
  /** Ends the service where it is one of its own. */
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** Such as `http://127.0.0.1:8013`, or `unix:/run/claude-harness/http.sock`. */
  url: string;
  token?: string;
  /** Whether it is asked first whether it would serve; true by default. */
  checksHealth?: boolean;
}

export interface StartOptions {
  /** A configuration file; the usual one by default. */
  config?: string;
  /** Single keys of it, such as `{'models.default': 'haiku'}`. */
  set?: Readonly<Record<string, string>>;
  /** Of the service, beside the environment of this program. */
  env?: Readonly<Record<string, string>>;
  checksHealth?: boolean;
}
