import type { ClientBase, Pool, PoolClient } from 'pg';
import { HarnessError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { placeOf } from '../../util/database-url.ts';
import { Outages, type Use } from '../outages.ts';
import type { Outcome, SharedState, Step, Work } from '../shared-state.ts';
import { bind } from './bind.ts';
import { migrate } from './migrate.ts';
import { migrations as allMigrations } from './migrations.ts';
import { connect, openPool } from './pool.ts';
import { isConflict, isLostConnection, lacksTables, toDatabaseError } from './postgres-errors.ts';

interface PostgresStateOptions {
  /** `postgres://…`, which may have a password: it is in no error and no line of the log. */
  url: string;
  log: Logger;
  /** Milliseconds since the epoch. */
  now: () => number;
  migrations?: readonly string[];
}

/** How often work is tried that another transaction, or a connection that was lost meanwhile, was in the way of. */
const maxTries = 4;

/**
 * A PostgreSQL database as shared state: of services on any number of machines. Connections are made at the first use, and
 * again when they are lost; during an outage uses fail at once, but for one attempt now and then. Transactions see what
 * others commit meanwhile (`READ COMMITTED`): a statement that depends on what was read checks it once more.
 */
export class PostgresState implements SharedState {
  readonly #options: PostgresStateOptions;
  readonly #outages: Outages;
  #pool: Promise<Pool> | undefined;
  #migrated: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: PostgresStateOptions) {
    const { log, now, url } = options;
    this.#options = options;
    this.#outages = new Outages({
      ...{ log, now },
      onOver: () => {
        log.info('the database is usable again', { database: placeOf(url) });
      },
    });
  }

  read<T>(work: () => Work<T>): Promise<T> {
    return this.#use('read', (client) => runAll(work(), client));
  }

  write<T>(work: () => Work<T>): Promise<T> {
    return this.#use('write', async (client) => {
      await client.query('BEGIN');
      const result = await runAll(work(), client);
      await commit(client);
      return result;
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await (await this.#pool?.catch(() => undefined))?.end();
  }

  async #use<T>(use: Use, work: (client: ClientBase) => Promise<T>): Promise<T> {
    this.#throwIfClosed();
    this.#outages.throwIfTooSoon(use);
    try {
      const result = await this.#try(work);
      this.#outages.recordSuccess(use);
      return result;
    } catch (reason) {
      const error = reason instanceof CommitError ? reason.cause : reason;
      const databaseError = toDatabaseError(this.#options.url, error);
      if (databaseError === undefined) throw error;
      // Its connections were closed meanwhile.
      this.#throwIfClosed();
      this.#outages.recordFailure(use, databaseError);
      throw databaseError;
    }
  }

  #throwIfClosed(): void {
    if (this.#isClosed) throw new HarnessError('DRAINING', 'The harness is shutting down.');
  }

  async #try<T>(work: (client: ClientBase) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#migrate();
        return await this.#withClient(work);
      } catch (error) {
        if (lacksTables(error)) this.#migrated = undefined;
        const mayWork = lacksTables(error) || isLostConnection(error) || isConflict(error);
        if (!mayWork || tries === maxTries || this.#isClosed) throw error;
      }
    }
  }

  /** Once, before the first use. */
  async #migrate(): Promise<void> {
    const { migrations = allMigrations } = this.#options;
    const migrated = (this.#migrated ??= this.#withClient((client) => migrate(client, migrations)));
    try {
      await migrated;
    } catch (error) {
      if (this.#migrated === migrated) this.#migrated = undefined;
      throw error;
    }
  }

  async #withClient<T>(work: (client: ClientBase) => Promise<T>): Promise<T> {
    const client = await connect(await (this.#pool ??= this.#open()));
    try {
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      // Only what the stores say themselves leaves a connection that surely is in order; any other takes its place.
      if (error instanceof HarnessError) await rollBack(client);
      else client.release(true);
      throw error;
    }
  }

  async #open(): Promise<Pool> {
    return openPool(this.#options.url, (reason) => {
      this.#options.log.debug('a connection to the database was lost', { reason });
    });
  }
}

/** What becomes of a transaction whose commit fails is not known: it must not be run again. */
class CommitError extends Error {
  constructor(cause: unknown) {
    super('the transaction could not be committed', { cause });
    this.name = 'CommitError';
  }
}

async function commit(client: ClientBase): Promise<void> {
  try {
    await client.query('COMMIT');
  } catch (error) {
    throw new CommitError(error);
  }
}

async function rollBack(client: PoolClient): Promise<void> {
  try {
    await client.query('ROLLBACK');
    client.release();
  } catch {
    client.release(true);
  }
}

async function runAll<T>(work: Work<T>, client: ClientBase): Promise<T> {
  let next = work.next();
  while (next.done !== true) next = work.next(await perform(client, next.value));
  return next.value;
}

async function perform(client: ClientBase, step: Step): Promise<Outcome> {
  switch (step.ask) {
    case 'rows':
      return (await client.query<object>(bind(step.sql, step.values))).rows;
    case 'unlocked':
      return (await client.query<object>(bind(`${step.sql} FOR UPDATE SKIP LOCKED`, step.values))).rows;
    case 'changes':
      return (await client.query(bind(step.sql, step.values))).rowCount ?? 0;
    case 'space':
      // PostgreSQL returns it by itself.
      return 0;
    case 'alone':
      await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`claude-harness ${step.at}`]);
      return 0;
  }
}
