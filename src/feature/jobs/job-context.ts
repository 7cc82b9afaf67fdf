import type { HarnessError } from '../../core/errors.ts';
import type { JobOutcome } from '../../core/jobs.ts';
import type { Logger } from '../../core/logger.ts';
import type { Caller, Sessions } from '../../core/sessions.ts';
import type { JobTable } from './job-table.ts';

/** A request of a job. */
export interface JobQuestion {
  path: string;
  /** As JSON. */
  body: string;
  caller: Caller;
  client: string | undefined;
  /** The job's id. */
  batch: string;
}

export interface JobReply extends Pick<JobOutcome, 'usage'> {
  status: number;
  requestId: string;
  body: object;
  error?: HarnessError;
}

/** What answers a request, without a connection. */
export interface JobAnswers {
  /** Whether requests can be answered at a path. */
  serves(path: string): boolean;
  /** Throws what is wrong with it. */
  check(question: JobQuestion): Promise<void>;
  /** Whatever goes wrong is in the reply. */
  answer(question: JobQuestion, signal: AbortSignal): Promise<JobReply>;
}

/** How often claims are renewed, it is looked for what others have left or stopped, and tried again what has failed. */
export interface JobPace {
  /** While any job runs. */
  busyMs: number;
  /** Else: a service at rest takes next to no processor time. */
  restMs: number;
}

export interface JobContext {
  table: JobTable;
  /** Absent where another service runs requests. */
  answers?: JobAnswers;
  /** Absent where no agents run in this service. */
  sessions?: Sessions;
  log: Logger;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** The name of this machine, where agents' sessions and folders are, to others that share the jobs. */
  machine: () => string;
  /** Of this start of this service, and of no other. */
  serviceId: string;
  /** Whether a service is surely gone; false where this can't be known, as of one on another machine. */
  isGone: (serviceId: string) => boolean;
  pace: JobPace;
}
