import type { Session } from '../../core/sessions.ts';
import { toWireSessionAgent } from './agents.ts';
import { environmentOf } from './environments.ts';
import { toMoney } from './money.ts';
import { toSeconds, toTime } from './time.ts';
import type { DeletedSession, WireSession } from './types.ts';

/** A session as it is at `now`, in milliseconds since the epoch. */
export function toWireSession(session: Session, now: number): WireSession {
  const { agent, usage, maxCostUsd } = session;
  const activeSeconds = toSeconds(session.activeMs);
  return {
    type: 'session',
    id: session.id,
    agent: toWireSessionAgent(agent, session.overrides),
    environment_id: environmentOf(agent),
    status: session.status,
    title: session.title,
    metadata: { ...session.metadata },
    budget: maxCostUsd === undefined ? null : { type: 'limit', max_list_cost: toMoney(maxCostUsd) },
    usage: {
      input_tokens: usage.input_tokens,
      output_tokens: usage.output_tokens,
      cache_read_input_tokens: usage.cache_read_input_tokens,
      cache_creation: {
        ephemeral_1h_input_tokens: usage.cache_creation_input_tokens,
        ephemeral_5m_input_tokens: 0,
      },
      list_cost: toMoney(usage.costUsd),
      server_tool_use: null,
      active_seconds: activeSeconds,
    },
    stats: { active_seconds: activeSeconds, duration_seconds: durationOf(session, now) },
    created_at: toTime(session.createdAt),
    updated_at: toTime(session.updatedAt),
    archived_at: session.archivedAt === undefined ? null : toTime(session.archivedAt),
    resources: [],
    outcome_evaluations: [],
    vault_ids: [],
    deployment_id: null,
    ...(session.machine !== undefined && { machine: session.machine }),
  };
}

export function toDeletedSession(id: string): DeletedSession {
  return { id, type: 'session_deleted' };
}

/** In seconds; a session that has ended grows no older. */
function durationOf({ status, createdAt, updatedAt }: Session, now: number): number {
  return Math.max(0, toSeconds((status === 'terminated' ? updatedAt : now) - createdAt));
}
