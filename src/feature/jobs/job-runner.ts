import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError, toHarnessError } from '../../core/errors.ts';
import type { JobOutcome } from '../../core/jobs.ts';
import type { AgentEnding } from './agent-outcome.ts';
import type { JobContext } from './job-context.ts';
import { callerOf, type JobRow } from './job-row.ts';
import { runAgentJob } from './run-agent-job.ts';

/** How often it is looked for jobs that somebody has stopped through another service, while any run. */
const lookMs = 2000;
/** How often it is looked for what other services have left: a service at rest takes next to no processor time. */
const restMs = 10_000;
/** For how long a service's claim holds where nobody can tell whether it is gone. */
const claimMs = 60_000;

export interface JobRunnerOptions extends JobContext {
  /** How many jobs run at a time; the others wait. */
  concurrency: number;
  /** Counts the work as under way until `end`; its signal aborts when the service can't wait any longer. */
  beginWork: () => { signal: AbortSignal; end: () => void };
  onEnded: () => void;
}

interface RunningJob {
  stopping: AbortController;
  over: Promise<void>;
}

type Ending = { status: 'completed' | 'failed'; outcome: JobOutcome };

/** Runs jobs, each in one service at a time, and takes over what a service has left that is gone. */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #running = new Map<number, RunningJob>();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
  }

  start(): void {
    this.wake();
  }

  /** There may be something to run. */
  wake(): void {
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#look();
    }, 0);
  }

  /** Begins no further job; those that run may end. */
  drain(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** What has not ended waits for another service. */
  async stop(): Promise<void> {
    this.drain();
    for (const { stopping } of this.#running.values()) stopping.abort(shuttingDown());
    await Promise.all([...this.#running.values()].map(({ over }) => over));
  }

  /** Ends a job that was stopped. */
  abort(seq: number): void {
    this.#running.get(seq)?.stopping.abort(new HarnessError('TURN_CANCELLED', 'The job was stopped.'));
  }

  #look(): void {
    const { log } = this.#options;
    try {
      this.#renew();
      this.#claim();
    } catch (error) {
      // The state file logs its own failures, once each.
      log[error instanceof HarnessError ? 'debug' : 'error']('jobs could not be looked for', { error });
    }
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#look();
      },
      this.#running.size > 0 ? lookMs : restMs,
    );
    this.#timer.unref();
  }

  #renew(): void {
    const { table, serviceId, now } = this.#options;
    for (const seq of this.#running.keys()) if (!table.renew(seq, serviceId, now() + claimMs)) this.abort(seq);
  }

  #claim(): void {
    const { table, answers, sessions, serviceId, isGone, concurrency, now } = this.#options;
    const kinds = { requests: answers !== undefined, agents: sessions !== undefined };
    for (const { seq, run_by: by, run_until: until } of table.open(kinds, serviceId)) {
      if (this.#running.size >= concurrency) return;
      const isFree = by === null || isGone(by) || (until ?? 0) <= now();
      const row = isFree ? table.claim(seq, by, { by: serviceId, at: now(), until: now() + claimMs }) : undefined;
      if (row !== undefined) this.#begin(row);
    }
  }

  #begin(row: JobRow): void {
    const { beginWork } = this.#options;
    const stopping = new AbortController();
    const work = beginWork();
    const over = this.#run(row, AbortSignal.any([stopping.signal, work.signal])).finally(() => {
      work.end();
      this.#running.delete(row.seq);
      this.wake();
    });
    this.#running.set(row.seq, { stopping, over });
  }

  /** Never rejects. */
  async #run(row: JobRow, signal: AbortSignal): Promise<void> {
    const { table, serviceId, now, log, onEnded } = this.#options;
    const { seq, id } = row;
    const ending = await this.#ending(row, signal).catch((error: unknown): Ending | undefined => {
      const { code, message } = toHarnessError(error);
      if (code === 'INTERNAL') log.error('a job has failed internally', { job: id, error });
      return isOfShutdown(code)
        ? undefined
        : { status: 'failed', outcome: { error: { code: code.toLowerCase(), message } } };
    });
    await this.#kept(() => {
      if (ending === undefined || (signal.aborted && ending.status === 'failed')) table.release(seq, serviceId);
      else if (table.end(seq, serviceId, { ...ending, at: now() })) onEnded();
    });
  }

  async #ending(row: JobRow, signal: AbortSignal): Promise<Ending | AgentEnding | undefined> {
    const { answers, sessions } = this.#options;
    if (row.path === null) return sessions && runAgentJob(this.#options, sessions, row, signal);
    if (answers === undefined) return undefined;
    const { path, body, client, id: batch } = row;
    const question = { path, body, caller: callerOf(row), client: client ?? undefined, batch };
    const { status, requestId, body: answer, usage, error } = await answers.answer(question, signal);
    if (error !== undefined && isOfShutdown(error.code)) return undefined;
    return {
      status: error === undefined ? 'completed' : 'failed',
      outcome: {
        response: { status, requestId, body: answer },
        ...(usage !== undefined && { usage }),
        ...(error !== undefined && { error: { code: error.code.toLowerCase(), message: error.message } }),
      },
    };
  }

  /** An answer costs too much to be lost because the state file is locked or its disk full for a while. */
  async #kept(work: () => void): Promise<void> {
    for (;;) {
      try {
        work();
        return;
      } catch (error) {
        this.#options.log.warn('the end of a job could not be kept; it is tried again', { error });
        if (this.#isStopped) return;
        await sleep(lookMs);
      }
    }
  }
}

/** These say nothing of the job: it runs again. */
function isOfShutdown(code: string): boolean {
  return code === 'DRAINING' || code === 'ABORTED';
}

function shuttingDown(): HarnessError {
  return new HarnessError('DRAINING', 'The harness was stopped before the job was complete.');
}
