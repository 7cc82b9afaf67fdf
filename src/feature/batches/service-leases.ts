import { all, run, type SharedState, type Work } from '../../state/shared-state.ts';

/** A service at work on batches. */
export interface Lease {
  id: string;
  /** When it ends unless it is renewed, in milliseconds since the epoch. */
  run_until: number;
}

/**
 * The services at work on batches: a lease each, without which what a service has in hand is anybody's. Each method rejects
 * with a HarnessError (INTERNAL) when the state can't be used.
 */
export class ServiceLeases {
  readonly #state: SharedState;

  constructor(state: SharedState) {
    this.#state = state;
  }

  all(): Promise<Lease[]> {
    return this.#state.read(() => all<Lease>('SELECT id, run_until FROM batch_services'));
  }

  async renew(id: string, until: number): Promise<void> {
    await this.#state.write(() => renewLease(id, until));
  }

  /** Ends those that nobody has renewed meanwhile. Requests of all who have no lease, or no more, wait again. */
  async end(leases: readonly Lease[]): Promise<void> {
    await this.#state.write(function* () {
      for (const { id, run_until: until } of leases) yield* run(end, { id, until });
      yield* run(requeueOfNobody);
    });
  }

  /** Gives back all that a service has in hand, but for batches whose requests are still coming. */
  async release(id: string): Promise<void> {
    await this.#state.write(function* () {
      yield* run(requeue, { id });
      yield* run(leaveBatches, { id });
      yield* run(release, { id });
    });
  }
}

/** To be done in a transaction with what the service begins. */
export function* renewLease(id: string, until: number): Work<number> {
  return yield* run(renew, { id, until });
}

const renew = `INSERT INTO batch_services (id, run_until) VALUES (@id, @until)
  ON CONFLICT (id) DO UPDATE SET run_until = excluded.run_until`;
const end = 'DELETE FROM batch_services WHERE id = @id AND run_until = @until';
const requeueOfNobody = `UPDATE batch_requests SET state = 'queued', run_by = NULL
  WHERE state = 'running' AND NOT EXISTS (SELECT 1 FROM batch_services WHERE batch_services.id = run_by)`;
const requeue = `UPDATE batch_requests SET state = 'queued', run_by = NULL WHERE state = 'running' AND run_by = @id`;
const leaveBatches = `UPDATE batches SET run_by = NULL WHERE run_by = @id AND status IN ('in_progress', 'canceling')`;
const release = `DELETE FROM batch_services WHERE id = @id
  AND NOT EXISTS (SELECT 1 FROM batches WHERE run_by = @id AND status = 'creating')`;
