import type { Batch } from '../../core/batches.ts';
import type { WireBatch, WireBatchPage } from './batch-schema.ts';

/** A batch as OpenAI's API shows it. */
export function toWireBatch(batch: Batch): WireBatch {
  const { details, metadata, counts } = batch;
  const { succeeded, errored, expired, processing, canceled } = counts;
  return {
    id: batch.id,
    object: 'batch',
    endpoint: details['endpoint'] ?? '',
    input_file_id: details['input_file_id'] ?? '',
    completion_window: '24h',
    status: statusOf(batch),
    errors: errorsOf(batch),
    output_file_id: details['output_file_id'] ?? null,
    error_file_id: details['error_file_id'] ?? null,
    ...timesOf(batch),
    request_counts: {
      total: processing + succeeded + errored + canceled + expired,
      completed: succeeded,
      failed: errored + expired,
    },
    usage: usageOf(batch),
    metadata: Object.keys(metadata).length === 0 ? null : { ...metadata },
  };
}

export function toWirePage({ data, hasMore }: { data: readonly Batch[]; hasMore: boolean }): WireBatchPage {
  return {
    object: 'list',
    data: data.map(toWireBatch),
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: hasMore,
  };
}

function statusOf({ status, end, finalizingAt }: Batch): WireBatch['status'] {
  switch (status) {
    case 'validating':
      return status;
    case 'in_progress':
      return finalizingAt === undefined ? status : 'finalizing';
    case 'canceling':
      // Its files are made then, too, and clients wait for the one status or the other.
      return 'cancelling';
    case 'ended':
      return end === 'canceled' ? 'cancelled' : (end ?? 'completed');
  }
}

function errorsOf({ faults }: Batch): WireBatch['errors'] {
  if (faults.length === 0) return null;
  const data = faults.map(({ code, message, line = null, param = null }) => ({ code, message, line, param }));
  return { object: 'list', data };
}

function timesOf(batch: Batch) {
  const { end, endedAt } = batch;
  const endedAs = (as: Batch['end']) => toSeconds(end === as ? endedAt : undefined);
  return {
    created_at: Math.floor(batch.createdAt / 1000),
    in_progress_at: toSeconds(end === 'failed' ? undefined : batch.inProgressAt),
    expires_at: toSeconds(batch.expiresAt),
    finalizing_at: toSeconds(batch.finalizingAt),
    completed_at: endedAs('completed'),
    failed_at: endedAs('failed'),
    expired_at: endedAs('expired'),
    cancelling_at: toSeconds(batch.cancelInitiatedAt),
    cancelled_at: endedAs('canceled'),
  };
}

function usageOf({ usage }: Batch): WireBatch['usage'] {
  const { inputTokens, cachedTokens, outputTokens, thinkingTokens } = usage;
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cachedTokens },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: thinkingTokens },
    total_tokens: inputTokens + outputTokens,
  };
}

function toSeconds(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.floor(ms / 1000);
}
