import type { OpenJob } from './job-table.ts';

/**
 * How long a service has to renew a claim that another one has seen to have run out. After an outage of the database all
 * have, and each service notices in its own time that it is back: one that waits for an answer does within 17 seconds.
 */
const graceMs = 30_000;

/** Claims that have run out, and since when this service knows. */
export class LapsedClaims {
  #known = new Map<number, { until: number; since: number }>();

  /** What was seen just now of the jobs that have not ended. */
  note(rows: readonly OpenJob[], now: number): void {
    const lapsed = rows.flatMap(({ seq, run_by: by, run_until: until }) => {
      if (by === null || until === null || until > now) return [];
      const known = this.#known.get(seq);
      return [[seq, known?.until === until ? known : { until, since: now }] as const];
    });
    this.#known = new Map(lapsed);
  }

  /** Whether a job may be taken over from a service that may still be there. */
  isLost({ seq }: OpenJob, now: number): boolean {
    const known = this.#known.get(seq);
    return known !== undefined && now - known.since >= graceMs;
  }

  /** The jobs were out of reach, maybe for those who run them as well. */
  forget(): void {
    this.#known.clear();
  }
}
