import type { Pool, PoolClient } from 'pg';
import { ConnectError } from './postgres-errors.ts';

/** Each machine has so many connections at most; one serves hundreds of requests a second. */
const maxConnections = 5;
const connectMs = 3000;
/** A statement takes milliseconds; one that waits for a lock or a disk for so long is given up. */
const statementMs = 10_000;
/** The same where the server does not answer at all. */
const silenceMs = 15_000;
const idleMs = 60_000;

/**
 * Connections to the database of a URL, made as they are needed. What the URL leaves out, the variables of libpq say,
 * `PGPASSWORD` and `PGPASSFILE` among them. The package is loaded here, at its first use. `onLost` is told of connections
 * that were lost while nobody used them; one that is in use fails the query that runs, or else the next.
 */
export async function openPool(url: string, onLost: (reason: string) => void = ignore): Promise<Pool> {
  const { default: pg } = await import('pg');
  const types = new pg.TypeOverrides();
  // Times and sizes, which are whole numbers that JavaScript has too.
  types.setTypeParser(pg.types.builtins.INT8, Number);
  const pool = new pg.Pool({
    connectionString: withLibpqModes(url),
    max: maxConnections,
    connectionTimeoutMillis: connectMs,
    idleTimeoutMillis: idleMs,
    statement_timeout: statementMs,
    lock_timeout: statementMs,
    idle_in_transaction_session_timeout: statementMs,
    query_timeout: silenceMs,
    keepAlive: true,
    application_name: 'claude-harness',
    types,
  });
  // The error has the whole connection in it, secrets included.
  pool.on('error', ({ message }) => {
    onLost(message);
  });
  // Without a listener the loss of a connection in use would end the program.
  pool.on('connect', (client) => client.on('error', ignore));
  return pool;
}

function ignore(): void {}

/** So that `sslmode` means what it means to every other PostgreSQL client; the package has meanings of its own. */
function withLibpqModes(url: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}uselibpqcompat=true`;
}

/** Rejects with a `ConnectError`. Whoever gets the connection releases it. */
export async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw new ConnectError(error);
  }
}
