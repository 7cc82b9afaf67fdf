import { HarnessError } from '../../core/errors.ts';
import { placeOf } from '../../util/database-url.ts';
import { NewerDatabaseError } from './migrate.ts';

const correct = 'or correct state.url';
const unreachable = `it can't be reached; check its machine and the network, ${correct}`;
const silent = 'it does not answer in time; check its machine, its load and the network';
const lost = 'the connection was lost; the next request makes a new one';
const refusesLogin = 'it refuses the user or the password; correct them in state.url, PGPASSWORD or PGPASSFILE';
const unresolved = `the name of its host can't be resolved; check the DNS, ${correct}`;

/** No connection could be made; `cause` is why. */
export class ConnectError extends Error {
  constructor(cause: unknown) {
    super('no connection to the database could be made', { cause });
    this.name = 'ConnectError';
  }
}

/** PostgreSQL's codes: what is wrong, and what to do. */
const remedies: Readonly<Record<string, string>> = {
  '28000': `${refusesLogin}, and see whether its pg_hba.conf lets this machine in`,
  '28P01': refusesLogin,
  '3D000': `there is no database of this name; create it, ${correct}`,
  '25006': 'it is read-only, as a standby is; name the primary in state.url',
  '42501': 'the user lacks a right; make it the owner of the database, or let it create tables in the schema public',
  '42P01': 'a table of the harness is missing; restore the database from a backup',
  '42P07': 'a table of another program has a name that the harness needs; give the harness a database of its own',
  '53100': 'its disk is full; free some space',
  '53200': 'it is out of memory',
  '53300': 'it has no connection left; raise its max_connections',
  '55P03': 'another program holds a lock; end that program, or wait until it is done',
  '57014': silent,
  '57P01': lost,
  '57P02': lost,
  '57P03': 'it is starting or stopping; wait until it is up',
  '40001': 'it is too busy; try again',
  '40P01': 'it is too busy; try again',
};

/** Codes of the system and of TLS. */
const systemRemedies: Readonly<Record<string, string>> = {
  ECONNREFUSED: `nothing listens there; start PostgreSQL, ${correct}`,
  ENOENT: `its socket, or a file that state.url names, is missing; start PostgreSQL, ${correct}`,
  EACCES: `this user may not open its socket, or a file that state.url names; give it the right, ${correct}`,
  ENOTFOUND: unresolved,
  EAI_AGAIN: unresolved,
  ETIMEDOUT: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ECONNRESET: lost,
  EPIPE: lost,
};

const certificateCodes = /^(CERT_|DEPTH_ZERO_|ERR_TLS_|SELF_SIGNED_|UNABLE_TO_)/;

/** How sentences of the package `pg` 8 begin, whose errors have no code. */
const clientRemedies: readonly (readonly [sentence: string, remedy: string])[] = [
  ['timeout exceeded when trying to connect', silent],
  ['Connection terminated due to connection timeout', unreachable],
  ['Query read timeout', silent],
  ['Connection terminated', lost],
  ['Client has encountered a connection error and is not queryable', lost],
  ['SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', refusesLogin],
  [
    'The server does not support SSL connections',
    'it speaks no TLS; switch that on there, or leave sslmode out of state.url',
  ],
  [
    'SECURITY WARNING: Using sslmode=verify-ca',
    'sslmode=verify-ca needs to know the authority; name its certificate with sslrootcert in state.url',
  ],
];

/** The error to report for one that concerns the database; undefined for any other. */
export function toDatabaseError(url: string, error: unknown): HarnessError | undefined {
  const description = describeDatabaseError(url, error);
  if (description === undefined) return undefined;
  return new HarnessError('INTERNAL', `The database ${description}.`, { cause: error });
}

/** The same as a clause that begins with the database's place, without a full stop. */
export function describeDatabaseError(url: string, error: unknown): string | undefined {
  const remedy = remedyFor(error);
  return remedy === undefined ? undefined : `${placeOf(url)} can't be used: ${remedy}`;
}

/** Whether a connection was at fault that the pool had kept, so that another one may do. */
export function isLostConnection(error: unknown): boolean {
  return remedyFor(error) === lost;
}

/** Whether the same work may succeed at once: another transaction was in its way. */
export function isConflict(error: unknown): boolean {
  return ['40001', '40P01'].includes(codeOf(error) ?? '');
}

/** Whether a table is missing: the database is another than before, and has yet to be migrated. */
export function lacksTables(error: unknown): boolean {
  return codeOf(error) === '42P01';
}

function remedyFor(error: unknown): string | undefined {
  if (error instanceof NewerDatabaseError) {
    return `a newer version of the harness uses it; update this one, ${correct}`;
  }
  if (error instanceof ConnectError) return remedyFor(error.cause) ?? `no connection can be made; the log says why`;
  if (!(error instanceof Error)) return undefined;
  const code = codeOf(error);
  if (code === undefined) return clientRemedies.find(([sentence]) => error.message.startsWith(sentence))?.[1];
  if (certificateCodes.test(code)) {
    return `its certificate is not accepted (${code}); name the authority that signed it with sslrootcert in state.url`;
  }
  return remedies[code] ?? systemRemedies[code] ?? (code.startsWith('08') ? lost : undefined);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
