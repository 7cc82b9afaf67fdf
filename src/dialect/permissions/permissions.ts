import { toMcpName } from '../../core/agent-tool-names.ts';
import type { Question, QuestionChange } from '../../core/sessions.ts';
import type { PermissionEvent, WirePermission } from './types.ts';

/** A request as it is at `now`, in milliseconds since the epoch. */
export function toWirePermission(question: Question, now: number): WirePermission {
  const { status, expiresAt } = question;
  const remainingMs = status === 'pending' && expiresAt !== undefined ? Math.max(0, expiresAt - now) : 0;
  return {
    ...toAsked(question),
    status,
    time_remaining: expiresAt === undefined ? null : Math.floor(remainingMs / 1000),
  };
}

export function toPermissionEvent({ question, at }: QuestionChange): PermissionEvent {
  const { id, status, askedAt, expiresAt } = question;
  switch (status) {
    case 'pending':
      return {
        type: 'permission_request',
        ...toAsked(question),
        timeout_seconds: expiresAt === undefined ? null : (expiresAt - askedAt) / 1000,
      };
    case 'allowed':
    case 'denied':
      return { type: 'permission_resolved', request_id: id, allowed: status === 'allowed', resolved_at: toTime(at) };
    case 'expired':
      return { type: 'permission_expired', request_id: id, expired_at: toTime(at) };
  }
}

type Asked = Omit<WirePermission, 'status' | 'time_remaining'>;

function toAsked({ id, tool, input, askedAt, expiresAt, sessionId, agent }: Question): Asked {
  return {
    request_id: id,
    tool_name: tool.kind === 'mcp' ? toMcpName(tool.server, tool.name) : tool.name,
    input: Object.fromEntries(Object.entries(input).map(([name, value]) => [name, toText(value)])),
    created_at: toTime(askedAt),
    expires_at: expiresAt === undefined ? null : toTime(expiresAt),
    session_id: sessionId,
    agent,
    tool_input: input,
  };
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** RFC 3339, in UTC. */
function toTime(ms: number): string {
  return new Date(ms).toISOString();
}
