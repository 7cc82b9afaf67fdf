import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { checkDatabase } from '../../src/command/doctor/database.ts';
import { HarnessError } from '../../src/core/errors.ts';
import { retryAfterMs } from '../../src/state/outages.ts';
import { openPool } from '../../src/state/postgres/pool.ts';
import { PostgresState } from '../../src/state/postgres/postgres-state.ts';
import { first, firstUnlocked, run, type SharedState } from '../../src/state/shared-state.ts';
import { temporaryFolder } from '../feature/files/files-at.ts';
import { memoryLog } from '../support/memory-log.ts';
import { createDatabase, query } from '../support/postgres/open-postgres.ts';
import { password, startPostgres, type PostgresServer } from '../support/postgres/postgres-server.ts';

const notes = ['CREATE TABLE notes (id TEXT PRIMARY KEY, count INTEGER NOT NULL)'];

function openNotes(url: string, { migrations = notes } = {}) {
  const log = memoryLog();
  const clock = { now: 0 };
  const state = new PostgresState({ url, log, now: () => clock.now, migrations });
  onTestFinished(() => state.close());
  return { state, log, clock };
}

async function openNotesDatabase() {
  const { url, drop } = await createDatabase();
  onTestFinished(drop);
  return { url, ...openNotes(url) };
}

const add = (state: SharedState, id: string): Promise<number> =>
  state.write(() => run('INSERT INTO notes VALUES (@id, 0)', { id }));
const countOf = async (state: SharedState, id: string): Promise<number | undefined> =>
  (await state.read(() => first<{ count: number }>('SELECT count FROM notes WHERE id = @id', { id })))?.count;
const increment = 'UPDATE notes SET count = count + 1 WHERE id = @id';

const unusable = (message: string): unknown =>
  expect.objectContaining({
    name: 'HarnessError',
    code: 'INTERNAL',
    message: expect.stringContaining(message) as unknown,
  });

describe('the tables', () => {
  it('are made once when several services start at the same time', async () => {
    const { url, drop } = await createDatabase();
    onTestFinished(drop);
    const states = Array.from({ length: 6 }, () => openNotes(url).state);
    await Promise.all(states.map((state, index) => add(state, `note-${index}`)));
    expect(await query(url, 'SELECT count(*)::int AS count FROM notes')).toEqual([{ count: 6 }]);
    expect(await query(url, 'SELECT version FROM claude_harness')).toEqual([{ version: 1 }]);
  });

  it('gain what a newer version needs, which the older one then leaves alone', async () => {
    const { url, state } = await openNotesDatabase();
    await add(state, 'a');
    const newer = openNotes(url, { migrations: [...notes, 'ALTER TABLE notes ADD COLUMN color TEXT'] });
    await newer.state.write(() => run(`UPDATE notes SET color = 'red'`));
    expect(await countOf(state, 'a')).toBe(0);
    const older = openNotes(url);
    await expect(countOf(older.state, 'a')).rejects.toThrow(unusable('a newer version of the harness uses it'));
  });

  it('are made again in a database that took the place of theirs', async () => {
    const { url, state } = await openNotesDatabase();
    await add(state, 'a');
    await query(url, 'DROP TABLE notes; DROP TABLE claude_harness');
    expect(await countOf(state, 'a')).toBeUndefined();
  });
});

describe('a transaction', () => {
  it('is rolled back when its work throws', async () => {
    const { state } = await openNotesDatabase();
    const work = state.write(function* () {
      yield* run(`INSERT INTO notes VALUES ('a', 1)`);
      throw new HarnessError('SESSION_CONFLICT', 'Not now.');
    });
    await expect(work).rejects.toThrow('Not now.');
    expect(await countOf(state, 'a')).toBeUndefined();
  });

  it('gets the next free row where another one has the first, without waiting for that', async () => {
    const { url, state } = await openNotesDatabase();
    for (const id of ['a', 'b']) await add(state, id);
    const free = 'SELECT id FROM notes WHERE count = 0 ORDER BY id';
    const holder = new pg.Client({ connectionString: url });
    await holder.connect();
    try {
      await holder.query('BEGIN');
      await holder.query("SELECT id FROM notes WHERE id = 'a' FOR UPDATE");
      expect(await state.write(() => firstUnlocked(free))).toEqual({ id: 'b' });
      await holder.query("SELECT id FROM notes WHERE id = 'b' FOR UPDATE");
      expect(await state.write(() => firstUnlocked(free))).toBeUndefined();
    } finally {
      await holder.end();
    }
    expect(await state.write(() => firstUnlocked(free))).toEqual({ id: 'a' });
  });

  it('is run again when another one was in its way', async () => {
    const { state } = await openNotesDatabase();
    await add(state, 'a');
    await add(state, 'b');
    let runs = 0;
    const bothIn = (order: readonly string[]) =>
      state.write(function* () {
        runs += 1;
        for (const id of order) {
          yield* run(increment, { id });
          // Meanwhile the other one has its first row.
          yield* first('SELECT pg_sleep(0.3)');
        }
      });
    await Promise.all([bothIn(['a', 'b']), bothIn(['b', 'a'])]);
    expect([await countOf(state, 'a'), await countOf(state, 'b'), runs]).toEqual([2, 2, 3]);
  });
});

const endOthers =
  'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()';

describe('a connection', () => {
  it('that an administrator has ended is replaced, and nobody is told', async () => {
    const { url, state, log } = await openNotesDatabase();
    await add(state, 'a');
    await query(url, endOthers);
    expect(await countOf(state, 'a')).toBe(0);
    expect(log.lines.filter(({ level }) => level !== 'debug')).toEqual([]);
  });

  it('that is lost while it is in use fails the next query, and nothing else', async () => {
    const { url, drop } = await createDatabase();
    onTestFinished(drop);
    const lost = vi.fn();
    const pool = await openPool(url, lost);
    onTestFinished(() => pool.end());
    const used = await pool.connect();
    (await pool.connect()).release();
    const ended = new Promise((resolve) => used.once('end', resolve));
    await query(url, endOthers);
    await ended;
    await expect(used.query('SELECT 1')).rejects.toThrow(/not queryable/);
    used.release(true);
    await expect.poll(() => lost.mock.calls).toEqual([['terminating connection due to administrator command']]);
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});

describe('an outage', () => {
  it('is an error that says what to do, for a while without another attempt, and ends by itself', async () => {
    const server = await startPostgres();
    onTestFinished(server.remove);
    const { state, log, clock } = openNotes(server.urlOf('postgres'));
    await add(state, 'a');
    await server.stop();

    const place = `127.0.0.1:${server.port}/postgres`;
    const message = `The database ${place} can't be used: nothing listens there; start PostgreSQL, or correct state.url.`;
    await expect(countOf(state, 'a')).rejects.toThrow(unusable(message));
    await server.start();
    await expect(countOf(state, 'a')).rejects.toThrow(unusable(message));
    clock.now += retryAfterMs;
    expect(await countOf(state, 'a')).toBe(0);
    const told = log.lines.filter(({ level }) => level !== 'debug').map(({ level, message: text }) => [level, text]);
    expect(told).toEqual([
      ['error', message],
      ['info', 'the database is usable again'],
    ]);
  });
});

describe('doctor', () => {
  it('says which database it is, before its tables are made and after', async () => {
    const { url, drop } = await createDatabase();
    onTestFinished(drop);
    const place = url.slice(url.indexOf('@') + 1);
    const isSound = (tables: string) => ({
      verdict: 'ok',
      text: expect.stringMatching(new RegExp(`^database: ${place}, PostgreSQL \\d[^(]*\\(${tables}\\)$`)) as unknown,
    });
    expect(await checkDatabase(url)).toEqual(isSound('tables are created at the first start'));
    await add(openNotes(url).state, 'a');
    expect(await checkDatabase(url)).toEqual(isSound('version 1'));
  });

  it.each(['PGPASSWORD', 'PGPASSFILE'])('takes the password from %s, as other clients do', async (variable) => {
    const { url, drop } = await createDatabase();
    onTestFinished(drop);
    const file = join(temporaryFolder(), 'passwords');
    writeFileSync(file, `127.0.0.1:*:*:harness:${password}\n`, { mode: 0o600 });
    vi.stubEnv(variable, variable === 'PGPASSWORD' ? password : file);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    expect(await checkDatabase(url.replace(`:${password}`, ''))).toMatchObject({ verdict: 'ok' });
  });

  it('finds one that may only be read', async () => {
    const { url, drop } = await createDatabase();
    onTestFinished(drop);
    const readOnly = `${url}?options=-c%20default_transaction_read_only%3Don`;
    const text = expect.stringContaining('it is read-only, as a standby is; name the primary in state.url') as unknown;
    expect(await checkDatabase(readOnly)).toEqual({ verdict: 'problem', text });
  });
});

describe('what is wrong is said, without the password', () => {
  let server: PostgresServer;
  // Of its own: it takes a while to forget clients that never name a password.
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.remove());

  it.each([
    [
      'a wrong password',
      (url: string) => url.replace(password, `not-${password}`),
      'it refuses the user or the password',
    ],
    ['no password', (url: string) => url.replace(`:${password}`, ''), 'it refuses the user or the password'],
    ['a database that does not exist', (url: string) => `${url}_else`, 'there is no database of this name; create it'],
    ['TLS where there is none', (url: string) => `${url}?sslmode=require`, 'it speaks no TLS'],
    [
      'an authority that is not there',
      (url: string) => `${url}?sslmode=verify-full&sslrootcert=/nowhere`,
      'a file that state.url names, is missing',
    ],
    [
      'a mode that needs an authority',
      (url: string) => `${url}?sslmode=verify-ca`,
      'sslmode=verify-ca needs to know the authority',
    ],
  ])('%s', async (_name, change, remedy) => {
    const url = change(server.urlOf('postgres'));
    const { state, log } = openNotes(url);
    const error = await countOf(state, 'a').then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toEqual(unusable(remedy));
    expect(inspect([error, log.lines], { depth: 20 })).not.toContain(password);
    expect(await checkDatabase(url)).toEqual({ verdict: 'problem', text: expect.stringContaining(remedy) as unknown });
  });
});
