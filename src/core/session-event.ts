import type { ContentBlock, ModelUsage } from './agent-engine.ts';

/**
 * The events of a session, in the form of Anthropic's Managed Agents (`managed-agents-2026-04-01`), in which they are
 * kept and sent. Source: the types of `@anthropic-ai/sdk`, `resources/beta/sessions/events`.
 */
export interface TextContent extends ContentBlock {
  type: 'text';
  text: string;
}

/** What a client sends. */
export type ClientEvent =
  | { type: 'user.message'; content: readonly ContentBlock[] }
  | { type: 'user.interrupt' }
  | {
      type: 'user.tool_confirmation';
      /** The id of the event of the call. */
      tool_use_id: string;
      result: 'allow' | 'deny';
      deny_message?: string | null;
      /** The harness's own: what the tool is called with instead. From owners only. */
      updated_input?: Readonly<Record<string, unknown>>;
      /** The harness's own: allows the like of this call for the rest of the session. */
      for_session?: boolean;
    }
  | {
      type: 'user.custom_tool_result';
      custom_tool_use_id: string;
      content?: readonly ContentBlock[];
      is_error?: boolean | null;
    }
  | { type: 'system.message'; content: readonly TextContent[] };

/** Of a client's event: when its turn came; `null` while it waits. RFC 3339, in UTC. */
export type AcceptedEvent = ClientEvent & { id: string; processed_at: string | null };

export type StopReason =
  | { type: 'end_turn' }
  | { type: 'requires_action'; event_ids: readonly string[] }
  | { type: 'retries_exhausted' }
  | { type: 'budget_reached' }
  | { type: 'refusal' };

export type RetryStatus = { type: 'retrying' } | { type: 'exhausted' } | { type: 'terminal' };

/** The names that clients know; `unknown_error` for everything else. */
export interface SessionError {
  type:
    | 'unknown_error'
    | 'model_overloaded_error'
    | 'model_rate_limited_error'
    | 'model_request_failed_error'
    | 'billing_error'
    | 'tool_use_limit_reached_error';
  message: string;
  retry_status: RetryStatus;
  /** The harness's own code of it, such as `PLAN_LIMIT_REACHED`. */
  code?: string;
}

/** The harness's own field on events within a subagent: the id of the event of the call that started it. */
interface Within {
  parent_tool_use_id?: string;
}

/** What the agent and the session tell; without what every event has. */
export type AgentEventBody =
  | ({ type: 'agent.message'; content: readonly TextContent[] } & Within)
  | ({ type: 'agent.thinking' } & Within)
  | ({
      type: 'agent.tool_use';
      name: string;
      input: Readonly<Record<string, unknown>>;
      evaluated_permission?: 'allow' | 'ask' | 'deny';
    } & Within)
  | ({
      type: 'agent.tool_result';
      tool_use_id: string;
      content: readonly ContentBlock[];
      is_error: boolean;
    } & Within)
  | ({
      type: 'agent.mcp_tool_use';
      mcp_server_name: string;
      name: string;
      input: Readonly<Record<string, unknown>>;
      evaluated_permission?: 'allow' | 'ask' | 'deny';
    } & Within)
  | ({
      type: 'agent.mcp_tool_result';
      mcp_tool_use_id: string;
      content: readonly ContentBlock[];
      is_error: boolean;
    } & Within)
  | ({ type: 'agent.custom_tool_use'; name: string; input: Readonly<Record<string, unknown>> } & Within)
  | { type: 'agent.thread_context_compacted' }
  | { type: 'span.model_request_start' }
  | {
      type: 'span.model_request_end';
      model_request_start_id: string;
      model_usage: ModelUsage;
      is_error: boolean;
    }
  | { type: 'session.status_running' }
  | { type: 'session.status_idle'; stop_reason: StopReason; stop_details: object | null }
  | { type: 'session.status_terminated' }
  | { type: 'session.error'; error: SessionError }
  | { type: 'session.updated'; title?: string | null; metadata?: Readonly<Record<string, string>> }
  | { type: 'session.deleted' };

export type SessionEvent = AcceptedEvent | (AgentEventBody & { id: string; processed_at: string });

/** What only those see who watch while it happens: the text of a message before it is whole. Never kept. */
export type PreviewEvent =
  | { type: 'event_start'; event: { type: 'agent.message'; id: string } }
  | {
      type: 'event_delta';
      event_id: string;
      delta: { type: 'content_delta'; index: number; content: TextContent };
    };
