import { HarnessError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { EndNotices, type EndNoticesOptions } from '../../util/end-notices.ts';
import type { JobRow } from './job-row.ts';
import type { JobTable } from './job-table.ts';

export interface JobNoticesOptions extends Pick<EndNoticesOptions<JobRow>, 'secret' | 'now' | 'retryMs'> {
  table: JobTable;
  log: Logger;
}

/** Tells of the ends of jobs. What came of one is asked for, by who may. */
export function createJobNotices({ table, log, ...options }: JobNoticesOptions): EndNotices<JobRow> {
  return new EndNotices({
    ...options,
    what: 'job',
    table,
    toEvent: ({ id, status, metadata }) => ({
      type: `job.${status}`,
      data: { id, status, metadata: JSON.parse(metadata) as object },
    }),
    log,
    onUnusable: (error) => {
      // What keeps state logs its own failures, once each.
      log[error instanceof HarnessError ? 'debug' : 'error']('the ends of jobs could not be told', { error });
    },
  });
}
