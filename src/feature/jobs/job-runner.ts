import { HarnessError, toHarnessError } from '../../core/errors.ts';
import type { JobOutcome } from '../../core/jobs.ts';
import { Rounds } from '../../util/rounds.ts';
import { untilKept } from '../../util/until-kept.ts';
import type { AgentEnding } from './agent-outcome.ts';
import type { JobContext } from './job-context.ts';
import { callerOf, type JobRow } from './job-row.ts';
import type { JobClaim, OpenJob, Runnable } from './job-table.ts';
import { LapsedClaims } from './lapsed-claims.ts';
import { runAgentJob } from './run-agent-job.ts';

/** For how long a service's claim holds where nobody can tell whether it is gone. */
const claimMs = 30_000;
/** At how many it looks at a time. */
const maxOpen = 100;

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
  readonly #lapsed = new LapsedClaims();
  readonly #looks = new Rounds(() => this.#look());
  #isDraining = false;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
  }

  /** There may be something to run. */
  wake(): void {
    this.#looks.wake();
  }

  /** Begins no further job; those that run may end, and stay this service's until then. */
  drain(): void {
    this.#isDraining = true;
  }

  /** What has not ended waits for another service. */
  async stop(): Promise<void> {
    this.drain();
    for (const { stopping } of this.#running.values()) stopping.abort(shuttingDown());
    await this.#looks.stop();
    await Promise.all([...this.#running.values()].map(({ over }) => over));
  }

  /** Ends a job that was stopped. One that is being claimed in this moment hears of it at the next look. */
  abort(seq: number): void {
    const running = this.#running.get(seq);
    if (running === undefined) this.wake();
    else running.stopping.abort(stopped());
  }

  /** Never rejects. Gives when to look again. */
  async #look(): Promise<number> {
    const { log, pace } = this.#options;
    try {
      await this.#renew();
      await this.#claimSome();
    } catch (error) {
      this.#lapsed.forget();
      // What keeps state logs its own failures, once each.
      log[error instanceof HarnessError ? 'debug' : 'error']('jobs could not be looked for', { error });
    }
    return this.#running.size > 0 ? pace.busyMs : pace.restMs;
  }

  async #renew(): Promise<void> {
    if (this.#running.size === 0) return;
    for (const { seq, isStopped } of await this.#options.table.renew([...this.#running.keys()], this.#claim)) {
      this.#running.get(seq)?.stopping.abort(isStopped ? stopped() : takenOver());
    }
  }

  async #claimSome(): Promise<void> {
    const { table, concurrency, now } = this.#options;
    const hasPlace = (): boolean => !this.#isDraining && this.#running.size < concurrency;
    if (!hasPlace()) return;
    const open = await table.open(this.#runnable, { now: now(), limit: maxOpen });
    this.#lapsed.note(open, now());
    for (const job of open.filter((each) => this.#isFree(each))) {
      if (!hasPlace()) return;
      await this.#take(job);
    }
  }

  #isFree(job: OpenJob): boolean {
    const { serviceId, isGone, now } = this.#options;
    const { seq, run_by: by } = job;
    // Of what it had claimed without hearing of it, since the connection was lost, this service is to run all the same.
    if (by === null || by === serviceId) return !this.#running.has(seq);
    return isGone(by) || this.#lapsed.isLost(job, now());
  }

  async #take(job: OpenJob): Promise<void> {
    const { table, serviceId, now } = this.#options;
    const row = await table.claim(job, { ...this.#claim, at: now() });
    if (row === undefined) return;
    if (this.#isDraining) await table.release(row.seq, serviceId);
    else this.#begin(row);
  }

  get #claim(): JobClaim {
    const { serviceId: by, now } = this.#options;
    return { by, until: now() + claimMs };
  }

  get #runnable(): Runnable {
    const { answers, sessions, machine } = this.#options;
    return { requests: answers !== undefined, ...(sessions !== undefined && { agentsOf: machine() }) };
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
    const { table, serviceId, now, log, pace, onEnded } = this.#options;
    const { seq, id } = row;
    const ending = await this.#ending(row, signal).catch((error: unknown): Ending | undefined => {
      const { code, message } = toHarnessError(error);
      if (code === 'INTERNAL') log.error('a job has failed internally', { job: id, error });
      return isOfShutdown(code)
        ? undefined
        : { status: 'failed', outcome: { error: { code: code.toLowerCase(), message } } };
    });
    const onFailure = (error: unknown): void => {
      log.warn('what has become of a job could not be kept; it is tried again', { job: id, error });
    };
    const trying = { signal, retryMs: pace.busyMs, onFailure };
    // What has failed as it was stopped says nothing of the job.
    if (ending === undefined || (signal.aborted && ending.status === 'failed')) {
      await untilKept(() => table.release(seq, serviceId), trying);
      return;
    }
    const kept = { ...ending, at: now() };
    await untilKept(() => table.end(seq, serviceId, kept), trying);
    onEnded();
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
}

/** These say nothing of the job: it runs again. */
function isOfShutdown(code: string): boolean {
  return code === 'DRAINING' || code === 'ABORTED';
}

function shuttingDown(): HarnessError {
  return new HarnessError('DRAINING', 'The harness was stopped before the job was complete.');
}

function stopped(): HarnessError {
  return new HarnessError('TURN_CANCELLED', 'The job was stopped.');
}

function takenOver(): HarnessError {
  return new HarnessError('ABORTED', 'Another service has taken the job over.');
}
