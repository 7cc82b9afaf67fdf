import type { JobOutcome, JobStatus } from '../../core/jobs.ts';
import type { Caller } from '../../core/sessions.ts';
import { memoizePerConnection } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';
import { prepareJobStatements } from './job-statements.ts';
import type { JobRow } from './job-row.ts';

export type NewJob = Pick<
  JobRow,
  'id' | 'owner' | 'client' | 'path' | 'agent' | 'body' | 'model' | 'created_at' | 'gone_at' | 'webhook' | 'metadata'
>;

export interface Ending {
  status: Exclude<JobStatus, 'queued' | 'running'>;
  outcome: JobOutcome;
  at: number;
}

/** Which jobs a service runs. */
export interface Runnable {
  requests: boolean;
  agents: boolean;
}

const statements = memoizePerConnection(prepareJobStatements);

/**
 * The jobs of all services over one state file. Each method throws a HarnessError (INTERNAL) when it can't be used. `by` is
 * the service that runs a job: its end is kept only if it still does.
 */
export class JobTable {
  readonly #file: StateFile;

  constructor(file: StateFile) {
    this.#file = file;
  }

  /** Undefined where so many of the owner's have not ended. */
  add(job: NewJob, maxOpen: number): JobRow | undefined {
    return this.#file.write((database): JobRow | undefined => {
      const { countOpen, insert } = statements(database);
      if ((countOpen.get(job.owner) as number) >= maxOpen) return undefined;
      return insert.get({ ...job }) as JobRow;
    });
  }

  find(caller: Caller, id: string, now: number): JobRow | undefined {
    const key = { owner: caller ?? null, id, now };
    return this.#file.read((database) => statements(database).find.get(key) as JobRow | undefined);
  }

  /** Newest first; those before the one with the number `before`. */
  list(caller: Caller, { before, limit, now }: { before: number; limit: number; now: number }): readonly JobRow[] {
    const query = { owner: caller ?? null, before, limit, now };
    return this.#file.read((database) => statements(database).list.all(query) as unknown as JobRow[]);
  }

  /** Those that wait, and those that other services run, the oldest first. */
  open({ requests, agents }: Runnable, by: string): readonly Pick<JobRow, 'seq' | 'run_by' | 'run_until'>[] {
    const kinds = { requests: Number(requests), agents: Number(agents), by };
    return this.#file.read((database) => statements(database).open.all(kinds) as unknown as JobRow[]);
  }

  /** Undefined where another service has taken it meanwhile, or it has ended. */
  claim(seq: number, from: string | null, claim: { by: string; at: number; until: number }): JobRow | undefined {
    return this.#file.write(
      (database) => statements(database).claim.get({ seq, from, ...claim }) as JobRow | undefined,
    );
  }

  /** False where it is not this service's any more. */
  renew(seq: number, by: string, until: number): boolean {
    return this.#file.write((database) => statements(database).renew.run({ seq, by, until }).changes > 0);
  }

  /** It waits again. */
  release(seq: number, by: string): void {
    this.#file.write((database) => statements(database).release.run({ seq, by }));
  }

  noteSession(seq: number, by: string, sessionId: string): void {
    this.#file.write((database) => statements(database).noteSession.run({ seq, by, sessionId }));
  }

  /** False where it was stopped or deleted meanwhile, or is another service's. */
  end(seq: number, by: string, ending: Ending): boolean {
    const { status, at, outcome } = ending;
    const row = { seq, by, status, at, outcome: JSON.stringify(outcome) };
    return this.#file.write((database) => statements(database).end.run(row).changes > 0);
  }

  /** Of a job that has not ended; whoever runs it learns of it by `renew`. */
  stop(seq: number, at: number): void {
    this.#file.write((database) => statements(database).stop.run({ seq, at }));
  }

  delete(seq: number): void {
    this.#file.write((database) => statements(database).delete.run(seq));
  }

  /** Those whose end a webhook is to be told now. */
  toTell(now: number, limit: number): readonly JobRow[] {
    return this.#file.read((database) => statements(database).toTell.all(now, limit) as unknown as JobRow[]);
  }

  /** Whether nobody else tells it until then. */
  claimNotice({ seq, notice_at: at, notice_tries: tries }: JobRow, until: number): boolean {
    return this.#file.write((database) => statements(database).claimNotice.run({ seq, at, tries, until }).changes > 0);
  }

  /** `again`: when it is to be tried again; null: never. */
  told(seq: number, again: number | null): void {
    this.#file.write((database) => statements(database).told.run({ seq, again }));
  }

  /** Deletes some that are gone; true while there are more. */
  prune(now: number, limit: number): boolean {
    return this.#file.write((database) => statements(database).prune.run(now, limit).changes === limit);
  }
}
