import type { Job, JobOutcome, JobStatus } from '../../core/jobs.ts';
import type { Caller } from '../../core/sessions.ts';

/** A job as it is kept; times in milliseconds since the epoch. */
export interface JobRow {
  seq: number;
  id: string;
  owner: string | null;
  client: string | null;
  path: string | null;
  agent: string | null;
  /** The one whose agent is asked. Null: of a request, which any machine runs, or that of the state file itself. */
  machine: string | null;
  /** Of a request, as JSON; of an agent, what it is asked. */
  body: string;
  model: string | null;
  session_id: string | null;
  status: JobStatus;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
  gone_at: number;
  run_by: string | null;
  run_until: number | null;
  /** JSON. */
  outcome: string | null;
  webhook: string | null;
  notice_at: number | null;
  notice_tries: number;
  /** JSON. */
  metadata: string;
}

export function toJob(row: JobRow): Job {
  return {
    id: row.id,
    status: row.status,
    ...(row.path !== null && { path: row.path }),
    ...(row.agent !== null && { agent: row.agent }),
    ...(row.model !== null && { model: row.model }),
    ...(row.session_id !== null && { sessionId: row.session_id }),
    metadata: JSON.parse(row.metadata) as Job['metadata'],
    createdAt: row.created_at,
    ...(row.started_at !== null && { startedAt: row.started_at }),
    ...(row.ended_at !== null && { endedAt: row.ended_at }),
    goneAt: row.gone_at,
    ...(row.outcome !== null && (JSON.parse(row.outcome) as JobOutcome)),
  };
}

export function callerOf({ owner }: JobRow): Caller {
  return owner ?? undefined;
}
