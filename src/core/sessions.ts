import type { AgentDefinition } from './agent-definition.ts';
import type { AgentPermissionMode, AgentProfile, CustomTool, KeptTool } from './agent.ts';
import type { CalledTool, ContentBlock, ModelUsage } from './agent-engine.ts';
import type { ClientEvent, AcceptedEvent, PreviewEvent, SessionEvent } from './session-event.ts';

/** Who asks: the hash of the token that was sent, as in `server.tokens`; `undefined` where the service asks for none. */
export type Caller = string | undefined;

/**
 * A version of an agent: of what the configuration says, which grows when the profile has changed, or of an agent that was
 * created over the API, which grows when somebody changes it.
 */
export interface Agent {
  /** Of one that was created, what its own profile leaves of it; its name is the id. */
  profile: AgentProfile;
  /** Absent where the configuration is all that there is. */
  definition?: AgentDefinition;
  version: number;
  /** In milliseconds since the epoch. */
  createdAt: number;
  updatedAt: number;
  /** No new session has begun with it since. */
  archivedAt?: number;
}

/** What a session changes in its agent, always within what the profile allows. */
export interface AgentOverrides {
  model?: string;
  /** `null` takes the profile's away. */
  system?: string | null;
  /** Those of the profile's tools that it has, and stricter policies for some of them. */
  tools?: readonly KeptTool[];
  customTools?: readonly CustomTool[];
  /** Those of the profile's MCP servers that it has. */
  mcpServers?: readonly string[];
  /** No effect where the profile's allows less. */
  permissionMode?: AgentPermissionMode;
  /** No effect where the profile's is lower. */
  maxTurns?: number;
  /** Its working directory, which takes the place of the workspace in which it lies. */
  folder?: { path: string; workspace: string };
}

export type SessionStatus = 'running' | 'idle' | 'terminated';

export interface Session {
  id: string;
  agent: Agent;
  overrides: AgentOverrides;
  title: string | null;
  metadata: Readonly<Record<string, string>>;
  /** At list prices. */
  maxCostUsd?: number;
  status: SessionStatus;
  /** In milliseconds since the epoch. */
  createdAt: number;
  updatedAt: number;
  archivedAt?: number;
  usage: ModelUsage & { costUsd: number };
  /** How long it was running. */
  activeMs: number;
  /** The other machine whose it is, for people: here it can only be read. Absent of this machine's own. */
  machine?: string;
}

/** What was said elsewhere, before a session began. */
export interface EarlierMessage {
  role: 'user' | 'assistant';
  /** In the Messages API's form. */
  content: readonly ContentBlock[];
}

export interface SessionDraft {
  /** The session whose past it has, and whose agent, overrides and all else that is not given here. */
  forkOf?: string;
  /** The profile's name, or the id of an agent that was created. */
  agent: string;
  /** The newest by default; of a profile, the only one that there can be. */
  version?: number;
  overrides: AgentOverrides;
  title: string | null;
  metadata: Readonly<Record<string, string>>;
  maxCostUsd?: number;
  /** What was said before it, elsewhere: the agent knows of it as of its own turns. Assistants' messages have texts alone. */
  history?: readonly EarlierMessage[];
  events: readonly ClientEvent[];
}

export interface SessionPatch {
  title?: string | null;
  /** `null` removes a key. */
  metadata?: Readonly<Record<string, string | null>>;
  maxCostUsd?: number | null;
  overrides?: Pick<AgentOverrides, 'tools' | 'customTools'>;
}

/** Bounds of a time, in milliseconds since the epoch. */
export interface TimeRange {
  after?: number;
  from?: number;
  before?: number;
  until?: number;
}

export interface Page<T> {
  data: readonly T[];
  /** Opaque, for the `page` of the next query; absent where there is no such page. */
  next?: string;
  previous?: string;
}

export interface PageQuery {
  limit: number;
  page?: string;
  order: 'asc' | 'desc';
  created: TimeRange;
}

export interface SessionQuery extends PageQuery {
  agent?: string;
  version?: number;
  includeArchived: boolean;
  statuses?: readonly SessionStatus[];
}

export interface EventQuery extends PageQuery {
  types?: readonly string[];
}

export interface FollowOptions {
  /** The id of the last event that the client has seen; absent: only what happens from now on. */
  after?: string;
  /** Whether the text of messages is sent while it is written. */
  previews: boolean;
}

/** A call that an agent asks about before it makes it. */
export interface Question {
  /** The id of the event of the call. */
  id: string;
  sessionId: string;
  /** The name of the session's agent. */
  agent: string;
  tool: Exclude<CalledTool, { kind: 'custom' }>;
  input: Readonly<Record<string, unknown>>;
  /** `expired`: nobody answered, and an answer would come too late. */
  status: 'pending' | 'allowed' | 'denied' | 'expired';
  /** In milliseconds since the epoch. */
  askedAt: number;
  /** When it is denied unless somebody answers; absent: it waits. */
  expiresAt?: number;
}

/** A question with who may answer it. */
export interface OwnedQuestion {
  owner: Caller;
  question: Question;
}

/** A question as it is since `at`, in milliseconds since the epoch. */
export interface QuestionChange {
  question: Question;
  at: number;
}

/**
 * The sessions of all agents. Every method rejects with a `HarnessError`: `SESSION_NOT_FOUND` also where the session is
 * another caller's, `AGENT_NOT_FOUND` also where the profile is not the caller's to use.
 */
export interface Sessions {
  /** Those of the configuration. */
  agents(caller: Caller): Promise<readonly Agent[]>;
  agent(caller: Caller, id: string, version?: number): Promise<Agent>;
  agentVersions(caller: Caller, id: string): Promise<readonly Agent[]>;
  /** Of a fork, its own turns are yet to come: it costs nothing so far, and what waits in the other session waits there. */
  create(caller: Caller, draft: SessionDraft): Promise<Session>;
  get(caller: Caller, id: string): Promise<Session>;
  list(caller: Caller, query: SessionQuery): Promise<Page<Session>>;
  update(caller: Caller, id: string, patch: SessionPatch): Promise<Session>;
  /** It takes no more events; what it said can still be read. Not while it is running (`SESSION_CONFLICT`). */
  archive(caller: Caller, id: string): Promise<Session>;
  /** Ends its process, and removes its events and transcript. */
  delete(caller: Caller, id: string): Promise<void>;
  /** Accepts all of the events, or none; they wait for their turn in order. */
  send(caller: Caller, id: string, events: readonly ClientEvent[]): Promise<readonly AcceptedEvent[]>;
  events(caller: Caller, id: string, query: EventQuery): Promise<Page<SessionEvent>>;
  /**
   * Settles when it is being followed: no later event is missed. Ends with the session's deletion, or when `signal` aborts.
   */
  follow(
    caller: Caller,
    id: string,
    options: FollowOptions,
    signal: AbortSignal,
  ): Promise<AsyncIterable<SessionEvent | PreviewEvent>>;
  /** `SESSION_NOT_FOUND` where no such call was asked about in any of the caller's sessions. */
  question(caller: Caller, id: string): Promise<Question>;
  /**
   * The questions of all sessions of the caller: each that is pending, and each again when it is settled. Ends when
   * `signal` aborts, or the service stops.
   */
  followQuestions(caller: Caller, signal: AbortSignal): Promise<AsyncIterable<QuestionChange>>;
}

/** What is asked in the sessions of all callers: for the service itself, and for whom it has handed a link to one question. */
export interface AllQuestions {
  /** `SESSION_NOT_FOUND` where no such call was asked about. */
  findQuestion(id: string): Promise<OwnedQuestion>;
  /** As `followQuestions`. */
  followAllQuestions(signal: AbortSignal): Promise<AsyncIterable<QuestionChange>>;
}
