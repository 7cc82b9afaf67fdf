import { HarnessError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { EndNotices, type EndNoticesOptions } from '../../util/end-notices.ts';
import { toBatch, type BatchRow } from './batch-row.ts';
import type { BatchTable } from './batch-table.ts';

const types = { completed: 'completed', canceled: 'cancelled', expired: 'expired', failed: 'failed' } as const;

export interface BatchNoticesOptions extends Pick<
  EndNoticesOptions<BatchRow>,
  'secret' | 'now' | 'retryMs' | 'timeoutMs'
> {
  batches: BatchTable;
  log: Logger;
}

/** Tells of the ends of batches, with the counts of their requests. */
export function createBatchNotices({ batches, log, ...options }: BatchNoticesOptions): EndNotices<BatchRow> {
  return new EndNotices({
    ...options,
    what: 'batch',
    table: batches,
    toEvent: (row) => {
      const { id, end = 'completed', counts } = toBatch(row);
      const { succeeded, errored, canceled, expired } = counts;
      return { type: `batch.${types[end]}`, data: { id, request_counts: { succeeded, errored, canceled, expired } } };
    },
    log,
    onUnusable: (error) => {
      // The state logs its own failures, once each.
      log[error instanceof HarnessError ? 'debug' : 'error']('the ends of batches could not be told', { error });
    },
  });
}
