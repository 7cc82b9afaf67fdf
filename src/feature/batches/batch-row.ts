import type { Batch, BatchEnd, BatchFamily, BatchFault, BatchStatus } from '../../core/batches.ts';
import type { Caller } from '../../core/sessions.ts';

/** A batch as it is kept. Times are milliseconds since the epoch. */
export interface BatchRow {
  seq: number;
  id: string;
  owner: string | null;
  client: string | null;
  family: BatchFamily;
  status: BatchStatus | 'creating' | 'deleted';
  ending: BatchEnd | null;
  created_at: number;
  in_progress_at: number | null;
  cancel_initiated_at: number | null;
  finalizing_at: number | null;
  ended_at: number | null;
  expires_at: number;
  gone_at: number;
  /** The service that reads its requests as they come, or that ends it. */
  run_by: string | null;
  requests: number;
  succeeded: number;
  errored: number;
  canceled: number;
  expired: number;
  input_tokens: number;
  cached_tokens: number;
  output_tokens: number;
  thinking_tokens: number;
  webhook: string | null;
  notice_at: number | null;
  notice_tries: number;
  metadata: string;
  details: string;
  faults: string;
}

/** A state in which a request stays. */
export type Settled = 'succeeded' | 'errored' | 'canceled' | 'expired';

export function callerOf({ owner }: Pick<BatchRow, 'owner'>): Caller {
  return owner ?? undefined;
}

/** How many of its requests wait or run. */
export function leftOf({ requests, succeeded, errored, canceled, expired }: BatchRow): number {
  return requests - succeeded - errored - canceled - expired;
}

/** Only of those that clients can see. */
export function toBatch(row: BatchRow): Batch {
  return {
    id: row.id,
    family: row.family,
    status: row.status as BatchStatus,
    counts: {
      processing: leftOf(row),
      succeeded: row.succeeded,
      errored: row.errored,
      canceled: row.canceled,
      expired: row.expired,
    },
    usage: {
      inputTokens: row.input_tokens,
      cachedTokens: row.cached_tokens,
      outputTokens: row.output_tokens,
      thinkingTokens: row.thinking_tokens,
    },
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    goneAt: row.gone_at,
    faults: JSON.parse(row.faults) as BatchFault[],
    metadata: JSON.parse(row.metadata) as Record<string, string>,
    details: detailsOf(row),
    ...(row.ending !== null && { end: row.ending }),
    ...(row.in_progress_at !== null && { inProgressAt: row.in_progress_at }),
    ...(row.cancel_initiated_at !== null && { cancelInitiatedAt: row.cancel_initiated_at }),
    ...(row.finalizing_at !== null && { finalizingAt: row.finalizing_at }),
    ...(row.ended_at !== null && { endedAt: row.ended_at }),
  };
}

export function detailsOf({ details }: Pick<BatchRow, 'details'>): Record<string, string> {
  return JSON.parse(details) as Record<string, string>;
}
