import type { Batch, BatchCounts } from '../../core/batches.ts';
import type { WireBatch, WireBatchPage, WireDeletedBatch } from './batch-schema.ts';

/** A batch as the Message Batches API shows it. `resultsUrl` is absolute, since clients ask for it as it is. */
export function toWireBatch(batch: Batch, resultsUrl: string): WireBatch {
  const hasEnded = batch.status === 'ended';
  return {
    id: batch.id,
    type: 'message_batch',
    processing_status: batch.status === 'validating' ? 'in_progress' : batch.status,
    request_counts: hasEnded ? batch.counts : allProcessing(batch.counts),
    created_at: toTime(batch.createdAt),
    expires_at: toTime(batch.expiresAt),
    ended_at: toTimeOrNull(batch.endedAt),
    cancel_initiated_at: toTimeOrNull(batch.cancelInitiatedAt),
    archived_at: null,
    results_url: hasEnded ? resultsUrl : null,
  };
}

export function toWirePage(
  { data, hasMore }: { data: readonly Batch[]; hasMore: boolean },
  resultsUrlOf: (id: string) => string,
): WireBatchPage {
  return {
    data: data.map((batch) => toWireBatch(batch, resultsUrlOf(batch.id))),
    has_more: hasMore,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}

export function toDeletedBatch(id: string): WireDeletedBatch {
  return { id, type: 'message_batch_deleted' };
}

/** How far a batch is, which its counts say only at its end: such as `12/100`. */
export function toProgress({ counts }: Batch): string {
  const total = totalOf(counts);
  return `${total - counts.processing}/${total}`;
}

function allProcessing(counts: BatchCounts): BatchCounts {
  return { processing: totalOf(counts), succeeded: 0, errored: 0, canceled: 0, expired: 0 };
}

function totalOf({ processing, succeeded, errored, canceled, expired }: BatchCounts): number {
  return processing + succeeded + errored + canceled + expired;
}

function toTimeOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : toTime(ms);
}

/** RFC 3339, in UTC. */
function toTime(ms: number): string {
  return new Date(ms).toISOString();
}
