import type { Agent, Caller, AgentOverrides, Session, SessionStatus } from '../../core/sessions.ts';
import { without } from '../../core/without.ts';

/** A session as it is kept; its agent is kept apart. */
export interface StoredSession extends Omit<Session, 'agent'> {
  owner: Caller;
  agentName: string;
  agentVersion: number;
  /** The id of the CLI's transcript, and whether it has turns to go on from. */
  transcript: string;
  hasTurns: boolean;
  /** The service that runs it, and until when its claim holds unless it is renewed. */
  runBy?: string;
  runUntil?: number;
}

export interface SessionRow {
  id: string;
  owner: string | null;
  agentName: string;
  agentVersion: number;
  status: string;
  createdAt: number;
  updatedAt: number;
  archivedAt: number | null;
  activeMs: number;
  runBy: string | null;
  runUntil: number | null;
  transcript: string;
  hasTurns: number;
  input_tokens: number;
  output_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
  costUsd: number;
  maxCostUsd: number | null;
  title: string | null;
  metadata: string;
  overrides: string;
}

/** The columns of `sessions` by the names of a `SessionRow`. */
export const sessionColumns = `id, owner, agent AS agentName, agent_version AS agentVersion, status,
  created_at AS createdAt, updated_at AS updatedAt, archived_at AS archivedAt, active_ms AS activeMs,
  run_by AS runBy, run_until AS runUntil, transcript, has_turns AS hasTurns, input_tokens, output_tokens,
  cache_creation_input_tokens, cache_read_input_tokens, cost_usd AS costUsd, max_cost_usd AS maxCostUsd, title,
  metadata, overrides`;

export function toSessionRow(session: StoredSession): SessionRow {
  const { usage, owner, status, archivedAt, maxCostUsd, runBy, runUntil, hasTurns, metadata, overrides } = session;
  const { id, agentName, agentVersion, createdAt, updatedAt, activeMs, transcript, title } = session;
  return {
    ...{ id, agentName, agentVersion, createdAt, updatedAt, activeMs, transcript, title, status, ...usage },
    owner: owner ?? null,
    archivedAt: archivedAt ?? null,
    maxCostUsd: maxCostUsd ?? null,
    runBy: runBy ?? null,
    runUntil: runUntil ?? null,
    hasTurns: Number(hasTurns),
    metadata: JSON.stringify(metadata),
    overrides: JSON.stringify(overrides),
  };
}

export function fromSessionRow(row: SessionRow): StoredSession {
  const { id, agentName, agentVersion, createdAt, updatedAt, activeMs, transcript, title } = row;
  const { input_tokens, output_tokens, cache_creation_input_tokens, cache_read_input_tokens, costUsd } = row;
  return {
    ...{ id, agentName, agentVersion, createdAt, updatedAt, activeMs, transcript, title },
    owner: row.owner ?? undefined,
    status: row.status as SessionStatus,
    hasTurns: row.hasTurns === 1,
    usage: { input_tokens, output_tokens, cache_creation_input_tokens, cache_read_input_tokens, costUsd },
    metadata: JSON.parse(row.metadata) as Record<string, string>,
    overrides: JSON.parse(row.overrides) as AgentOverrides,
    ...(row.archivedAt !== null && { archivedAt: row.archivedAt }),
    ...(row.maxCostUsd !== null && { maxCostUsd: row.maxCostUsd }),
    ...(row.runBy !== null && { runBy: row.runBy }),
    ...(row.runUntil !== null && { runUntil: row.runUntil }),
  };
}

/** A session as clients may see it. */
export function toSession(session: StoredSession, agent: Agent): Session {
  const hidden = ['owner', 'agentName', 'agentVersion', 'transcript', 'hasTurns', 'runBy', 'runUntil'] as const;
  return { ...without(session, ...hidden), agent };
}
