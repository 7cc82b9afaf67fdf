import type { JobOutcome, JobStatus } from '../../core/jobs.ts';
import type { Caller } from '../../core/sessions.ts';
import { all, alone, first, firstUnlocked, run, type SharedState, type Values } from '../../state/shared-state.ts';
import type { JobRow } from './job-row.ts';
import * as statements from './job-statements.ts';

export type NewJob = Pick<
  JobRow,
  | 'id'
  | 'owner'
  | 'client'
  | 'path'
  | 'agent'
  | 'machine'
  | 'body'
  | 'model'
  | 'created_at'
  | 'gone_at'
  | 'webhook'
  | 'metadata'
>;

export interface Ending {
  status: Exclude<JobStatus, 'queued' | 'running'>;
  outcome: JobOutcome;
  at: number;
}

/** Which jobs a service runs. */
export interface Runnable {
  requests: boolean;
  /** The machine whose agents it runs; absent: none. */
  agentsOf?: string;
}

/** One that has not ended, and who runs it until when; null: nobody. */
export type OpenJob = Pick<JobRow, 'seq' | 'run_by' | 'run_until'>;

/** That a service runs a job, until then unless it is renewed. */
export interface JobClaim {
  by: string;
  until: number;
}

export interface LostJob {
  seq: number;
  /** Or deleted; else another service has taken it over. */
  isStopped: boolean;
}

/**
 * The jobs of all services over one state file or database. Each method rejects with a HarnessError (INTERNAL) that says
 * what to do when it can't be used. `by` is the service that runs a job: its end is kept only if it still does.
 */
export class JobTable {
  readonly #state: SharedState;

  constructor(state: SharedState) {
    this.#state = state;
  }

  /** Undefined where so many of the owner's have not ended. */
  add(job: NewJob, maxOpen: number): Promise<JobRow | undefined> {
    const { owner, created_at: now } = job;
    return this.#state.write(function* () {
      // Of two that come at the same moment to two machines, each would count the other's out.
      yield* alone(`jobs of ${owner ?? ''}`);
      const { count = 0 } = (yield* first<{ count: number }>(statements.countOpen, { owner, now })) ?? {};
      return count < maxOpen ? yield* first<JobRow>(statements.insert, { ...job }) : undefined;
    });
  }

  find(caller: Caller, id: string, now: number): Promise<JobRow | undefined> {
    return this.#state.read(() => first<JobRow>(statements.find, { id, owner: caller ?? null, now }));
  }

  /** Newest first; those before the one with the number `before`. */
  list(
    caller: Caller,
    { before, limit, now }: { before: number; limit: number; now: number },
  ): Promise<readonly JobRow[]> {
    return this.#state.read(() => all<JobRow>(statements.list, { owner: caller ?? null, before, limit, now }));
  }

  /** Those that have not ended, the oldest first. Where there are more, those that others are at are left out first. */
  async open({ requests, agentsOf }: Runnable, { now, limit }: { now: number; limit: number }): Promise<OpenJob[]> {
    const values = { requests: Number(requests), machine: agentsOf ?? null, now, limit };
    const open = await this.#state.read(() => all<OpenJob>(statements.selectOpen, values));
    return open.sort((one, other) => one.seq - other.seq);
  }

  /** Undefined where another service has taken or renewed it meanwhile, or is about to, or it has ended. */
  claim(from: OpenJob, { at, ...claim }: JobClaim & { at: number }): Promise<JobRow | undefined> {
    const seen = { seq: from.seq, fromBy: from.run_by, fromUntil: from.run_until };
    return this.#state.write(function* () {
      // Of two that look at the same moment the second goes on to the next job. By the update alone, it would wait here
      // until the first is done, or as long as the database waits for one whose connection is gone.
      if ((yield* firstUnlocked(statements.selectSeen, seen)) === undefined) return undefined;
      return yield* first<JobRow>(statements.claim, { ...seen, at, ...claim });
    });
  }

  /** Prolongs all claims of a service. Gives those of the jobs that it runs, as far as it knows, that it has lost. */
  renew(running: readonly number[], { by, until }: JobClaim): Promise<readonly LostJob[]> {
    return this.#state.write(function* () {
      const renewed = yield* all<{ seq: number }>(statements.renew, { by, until });
      const own = new Set(renewed.map(({ seq }) => seq));
      const lost: LostJob[] = [];
      for (const seq of running.filter((each) => !own.has(each))) {
        const row = yield* first<Pick<JobRow, 'status'>>(statements.selectStatus, { seq });
        lost.push({ seq, isStopped: row === undefined || row.status === 'stopped' });
      }
      return lost;
    });
  }

  /** It waits again. */
  async release(seq: number, by: string): Promise<void> {
    await this.#state.write(() => run(statements.release, { seq, by }));
  }

  /** False where it is not this service's any more. */
  noteSession(seq: number, by: string, sessionId: string): Promise<boolean> {
    return this.#changes(statements.noteSession, { seq, by, sessionId });
  }

  /** False where it was stopped or deleted meanwhile, or is another service's. */
  end(seq: number, by: string, { status, at, outcome }: Ending): Promise<boolean> {
    return this.#changes(statements.end, { seq, by, status, at, outcome: JSON.stringify(outcome) });
  }

  /** Ends one that has not ended, and gives it; whoever runs it learns of it by `renew`. Undefined where there is none. */
  stop(caller: Caller, id: string, at: number): Promise<JobRow | undefined> {
    const key = { id, owner: caller ?? null, now: at };
    return this.#state.write(function* () {
      yield* run(statements.stop, { ...key, at });
      return yield* first<JobRow>(statements.find, key);
    });
  }

  /** Gives its number, or undefined where there is none; whoever runs it learns of it by `renew`. */
  async delete(caller: Caller, id: string, now: number): Promise<number | undefined> {
    const key = { id, owner: caller ?? null, now };
    return (await this.#state.write(() => first<Pick<JobRow, 'seq'>>(statements.deleteOne, key)))?.seq;
  }

  /** Those whose end a webhook is to be told now. */
  toTell(now: number, limit: number): Promise<readonly JobRow[]> {
    return this.#state.read(() => all<JobRow>(statements.toTell, { now, limit }));
  }

  /** Whether nobody else tells it until then. */
  claimNotice({ seq, notice_at: at, notice_tries: tries }: JobRow, until: number): Promise<boolean> {
    return this.#changes(statements.claimNotice, { seq, at, tries, until });
  }

  /** `again`: when it is to be tried again; null: never. */
  async told(seq: number, again: number | null): Promise<void> {
    await this.#state.write(() => run(statements.told, { seq, again }));
  }

  /** Deletes some that are gone; true while there are more. */
  async prune(now: number, limit: number): Promise<boolean> {
    return (await this.#state.write(() => run(statements.deleteGone, { now, limit }))) === limit;
  }

  async #changes(sql: string, values: Values): Promise<boolean> {
    return (await this.#state.write(() => run(sql, values))) > 0;
  }
}
