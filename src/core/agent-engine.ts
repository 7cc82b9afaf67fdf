import type { AgentProfile, CustomTool } from './agent.ts';
import type { HarnessError } from './errors.ts';

/** A block of content in the Messages API's form. */
export interface ContentBlock {
  type: string;
  readonly [field: string]: unknown;
}

/** A call of a tool, by the name that the session has for it. */
export interface PastCall {
  type: 'past_call';
  callId: string;
  tool: CalledTool;
  input: Readonly<Record<string, unknown>>;
}

/**
 * A message of what was said before, which a process is to know. Content is the Messages API's, but for calls. Each call
 * has its result, a `tool_result` block, in the next message.
 */
export type PastMessage =
  | { role: 'user'; content: readonly ContentBlock[] }
  | { role: 'assistant'; content: readonly (ContentBlock | PastCall)[] };

/** The tokens of one request to the model, as the Messages API counts them. */
export interface ModelUsage {
  input_tokens: number;
  output_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
}

export const noModelUsage: Readonly<ModelUsage> = {
  input_tokens: 0,
  output_tokens: 0,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
};

/** Which tool is called. Built-in ones have names such as `bash`, or `ask_user_question` where the CLI has one of its own. */
export type CalledTool =
  { kind: 'builtin'; name: string } | { kind: 'mcp'; server: string; name: string } | { kind: 'custom'; name: string };

/** What is decided before a call: it runs, somebody is asked, or it is refused. */
export type EvaluatedPermission = 'allow' | 'ask' | 'deny';

/** Of an event within a subagent: the id of the call that started it. */
interface Within {
  parentCallId?: string;
}

/** How a turn ended. */
export type TurnEnding =
  | { reason: 'end_turn' }
  | { reason: 'interrupted' }
  | { reason: 'refusal'; explanation?: string }
  | { reason: 'max_turns' }
  | { reason: 'max_cost' }
  | { reason: 'failed'; error: HarnessError };

/** What an agent's process tells, in the order in which it happens. */
export type AgentEvent =
  | { type: 'request_started' }
  | { type: 'request_ended'; usage: ModelUsage; isError: boolean }
  /** A text that the model is writing. Numbers are unique in a process; `text_ended` has the whole text. */
  | { type: 'text_started'; text: number }
  | { type: 'text_delta'; text: number; delta: string }
  | ({ type: 'text_ended'; text: number; whole: string } & Within)
  | ({ type: 'thinking' } & Within)
  | ({
      type: 'tool_called';
      callId: string;
      tool: CalledTool;
      input: Readonly<Record<string, unknown>>;
      /**
       * Absent where the CLI does not tell. Of a custom tool always absent: `answer` is awaited. Should the CLI ask about
       * a call that was told without it, the event comes again, with `ask`.
       */
      permission?: EvaluatedPermission;
      /** Of a call that is asked about: whether the CLI can allow its like for the rest of the session. */
      canAllowForSession?: boolean;
    } & Within)
  /** A call that was asked about needs no decision any more. */
  | { type: 'question_withdrawn'; callId: string }
  | ({ type: 'tool_ended'; callId: string; content: readonly ContentBlock[]; isError: boolean } & Within)
  | { type: 'context_compacted' }
  /** Exactly one for each `send`, unless the process fails before. `costUsd` is the turn's own, at list prices. */
  | { type: 'turn_ended'; ending: TurnEnding; costUsd?: number };

export type PermissionDecision =
  | {
      allow: true;
      /** What the tool is to be called with instead. */
      input?: Readonly<Record<string, unknown>>;
      /** Also allows its like, until the session's process ends; never written into a file. */
      forSession?: boolean;
    }
  | { allow: false; message?: string };

export interface CustomToolResult {
  content: readonly ContentBlock[];
  isError: boolean;
}

export interface AgentSessionOptions {
  /** With what the session has narrowed in it. */
  profile: AgentProfile;
  /** The id of the CLI's transcript, a UUID. */
  transcript: string;
  /** Whether the transcript has turns to go on from. */
  resume: boolean;
  /** What was said before and is not in the transcript: all of it where there is none to go on from, else the end of it. */
  past: readonly PastMessage[];
  customTools: readonly CustomTool[];
  /** What the session's own system messages say, in order; part of the system prompt. */
  systemMessages: readonly string[];
  /** What the session may still cost, at list prices. */
  maxCostUsd?: number;
}

/** One agent's process: one turn at a time. It is told nothing while it has ended: each method then settles at once. */
export interface AgentProcess {
  /**
   * In order, until the process has ended. One reader. Throws a `HarnessError` when it ends without having been stopped;
   * the error then says whether the turn may be tried again.
   */
  readonly events: AsyncIterable<AgentEvent>;
  /** Settles when the process and everything that it started are gone. */
  readonly gone: Promise<void>;
  /**
   * Whether it lives, and would be started in the same way now: the CLI, the login, and what was read of the profile's
   * folders are as they were. For a process that waits for its first turn.
   */
  isCurrent(): boolean;
  /**
   * Starts a turn; not while another runs. Content is the Messages API's. Of a session that was resumed, the first may
   * bring `tool_result` blocks for calls that were open when its last process ended: results of custom tools, and
   * decisions that come late (`lateDecision`). Open calls without one get an error. Rejects with `SESSION_CONFLICT` for
   * results of other calls, before anything has happened.
   */
  send(content: readonly ContentBlock[]): Promise<void>;
  /** Decides about a call that was asked about. Whether it was still open. */
  decide(callId: string, decision: PermissionDecision): Promise<boolean>;
  /** The result of a custom tool's call. Whether it was still awaited. */
  answer(callId: string, result: CustomToolResult): Promise<boolean>;
  /** Ends the turn that runs, its tools and their children with it; `turn_ended` follows within a second. */
  interrupt(): Promise<void>;
  /** Ends the process and everything that it started; settles when it is gone. */
  stop(): Promise<void>;
}

export interface AgentEngine {
  /**
   * Starts a process. Settles when it can be sent to; rejects with a `HarnessError`. When `signal` aborts before, the
   * process is ended and this rejects.
   */
  open(options: AgentSessionOptions, signal?: AbortSignal): Promise<AgentProcess>;
  /**
   * Whether a process of this profile may be started long before its first turn. Not where the CLI reads at its start
   * what may have changed by then, and nobody could tell.
   */
  canWait(profile: AgentProfile): boolean;
  /** Removes a session's transcript; not while it has a process. Nothing happens where there is none. */
  forget(transcript: string): Promise<void>;
  /** Ends all processes. */
  stop(): Promise<void>;
}
