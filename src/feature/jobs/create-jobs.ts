import type { SharedState } from '../../state/shared-state.ts';
import { Sweep } from '../../state/sweep.ts';
import type { JobContext, JobPace } from './job-context.ts';
import { createJobNotices } from './job-notices.ts';
import { JobRunner, type JobRunnerOptions } from './job-runner.ts';
import { JobTable } from './job-table.ts';
import { StoredJobs, type StoredJobsOptions } from './stored-jobs.ts';

const usualPace: JobPace = { busyMs: 2000, restMs: 10_000 };

export interface CreateJobsOptions
  extends
    Omit<JobContext, 'table' | 'pace'>,
    Pick<JobRunnerOptions, 'concurrency' | 'beginWork'>,
    Omit<StoredJobsOptions, 'table' | 'runner' | 'notices'> {
  state: SharedState;
  pace?: JobPace;
  /** What is sent to webhooks is signed with it; absent: it is not. */
  secret?: string;
  /** Before the second try of a delivery to a webhook. */
  retryMs?: number;
}

export interface JobEngine {
  jobs: StoredJobs;
  start(): void;
  /** Begins no further job. */
  drain(): void;
  /** What has not ended goes on at the next start, or at once in the service that takes over. */
  stop(): Promise<void>;
}

/** Jobs over shared state. Nothing of it is used before the start, or the first call. */
export function createJobs({ state, pace = usualPace, ...options }: CreateJobsOptions): JobEngine {
  const table = new JobTable(state);
  const { secret, retryMs, log, now } = options;
  const notices = createJobNotices({
    ...{ table, log, now },
    ...(secret !== undefined && { secret }),
    ...(retryMs !== undefined && { retryMs }),
  });
  const runner = new JobRunner({
    ...options,
    table,
    pace,
    onEnded: () => {
      notices.wake();
    },
  });
  const jobs = new StoredJobs({ ...options, table, runner, notices });
  const sweep = new Sweep(() => jobs.prune(), log);
  return {
    jobs,
    start() {
      sweep.start();
      runner.wake();
      notices.wake();
    },
    drain() {
      runner.drain();
    },
    async stop() {
      sweep.stop();
      await runner.stop();
      await notices.stop();
    },
  };
}
