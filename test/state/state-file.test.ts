import { DatabaseSync, enhance } from '@photostructure/sqlite';
import { chmodSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HarnessError } from '../../src/core/errors.ts';
import { memoizePerConnection } from '../../src/state/database.ts';
import { temporaryDir } from '../process/fixture.ts';
import { addNote, notes, openState, processEnds, readNotes, statePath } from './open-state.ts';

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('the state file', () => {
  it('is made at the first use, and not before', () => {
    const state = openState({ migrations: notes });
    expect(existsSync(dirname(state.path))).toBe(false);
    expect(readNotes(state)).toEqual([]);
    expect(existsSync(state.path)).toBe(true);
    expect(state.log.lines).toEqual([]);
  });

  it('is for this user alone, with its folder and the files beside it, whatever the umask', () => {
    const umask = process.umask(0);
    onTestFinished(() => {
      process.umask(umask);
    });
    const state = openState({ migrations: notes });
    addNote(state, 'a');
    expect(modeOf(dirname(state.path))).toBe('700');
    expect(readdirSync(dirname(state.path)).sort()).toEqual(['state.db', 'state.db-shm', 'state.db-wal']);
    expect([state.path, `${state.path}-wal`, `${state.path}-shm`].map(modeOf)).toEqual(['600', '600', '600']);
  });

  it('keeps the mode that its owner gave to it', () => {
    const first = openState({ migrations: notes });
    addNote(first, 'a');
    first.file.close();
    chmodSync(first.path, 0o640);
    const second = openState({ path: first.path, migrations: notes });
    addNote(second, 'b');
    expect(modeOf(first.path)).toBe('640');
  });

  it('has these settings', () => {
    const { file } = openState();
    const setting = (name: string): unknown => file.read((database) => database.pragma(name, { simple: true }));
    expect(setting('journal_mode')).toBe('wal');
    expect(setting('synchronous')).toBe(1);
    expect(setting('busy_timeout')).toBe(250);
    expect(setting('foreign_keys')).toBe(1);
    expect(setting('auto_vacuum')).toBe(2);
    expect(setting('journal_size_limit')).toBe(4 * 1024 ** 2);
    expect(setting('cache_size')).toBe(-256);
  });

  it('keeps what was written over a restart, and leaves one file behind', async () => {
    const first = openState({ migrations: notes });
    addNote(first, 'kept');
    first.file.close();
    await processEnds();
    expect(readdirSync(dirname(first.path))).toEqual(['state.db']);
    expect(readNotes(openState({ path: first.path, migrations: notes }))).toEqual(['kept']);
  });

  it('keeps nothing of work that throws, and does not take that for a failure of the file', () => {
    const state = openState({ migrations: notes });
    const mistake = new HarnessError('INVALID_REQUEST', 'no');
    expect(() =>
      state.file.write((database) => {
        database.exec("INSERT INTO notes VALUES ('half')");
        throw mistake;
      }),
    ).toThrow(mistake);
    expect(() => state.file.read((database) => database.prepare('SELECT absent'))).toThrow('no such column');
    expect(readNotes(state)).toEqual([]);
    expect(state.log.lines).toEqual([]);
  });

  it('refuses use after its end', () => {
    const state = openState({ migrations: notes });
    addNote(state, 'a');
    state.file.close();
    expect(() => readNotes(state)).toThrow(expect.objectContaining({ code: 'DRAINING' }));
  });

  it('is made anew when it was removed while in use', () => {
    const state = openState({ migrations: notes });
    addNote(state, 'gone');
    rmSync(state.path);
    addNote(state, 'new');
    expect(readNotes(openState({ path: state.path, migrations: notes }))).toEqual(['new']);
  });

  it('takes a name that means something to SQLite for a name', () => {
    const before = process.cwd();
    process.chdir(temporaryDir());
    onTestFinished(() => {
      process.chdir(before);
    });
    const state = openState({ path: ':memory:', migrations: notes });
    addNote(state, 'on disk');
    state.file.close();
    expect(readNotes(openState({ path: ':memory:', migrations: notes }))).toEqual(['on disk']);
  });
});

describe('several users of one file', () => {
  it('two services write and read by turns', () => {
    const path = statePath();
    const services = [openState({ path, migrations: notes }), openState({ path, migrations: notes })] as const;
    for (let i = 0; i < 50; i += 1)
      for (const [index, service] of services.entries()) addNote(service, `${index}.${i}`);
    services[0].file.close();
    addNote(services[1], 'last');
    expect(readNotes(services[1])).toHaveLength(101);
    expect(services.flatMap(({ log }) => log.lines)).toEqual([]);
  });

  it('another program reads while the service writes', () => {
    const state = openState({ migrations: notes });
    addNote(state, 'before');
    const reader = enhance(new DatabaseSync(state.path, { readOnly: true, timeout: 0 }));
    onTestFinished(() => {
      reader.close();
    });
    const count = reader.prepare('SELECT count(*) FROM notes').pluck();
    state.file.write((database) => {
      database.exec("INSERT INTO notes VALUES ('during')");
      expect(count.get()).toBe(1);
    });
    expect(count.get()).toBe(2);
  });
});

describe('memoizePerConnection', () => {
  it('makes once for each connection', () => {
    const { file } = openState();
    let made = 0;
    const numberOf = memoizePerConnection(() => (made += 1));
    const use = (): number => file.read(numberOf);
    expect([use(), use()]).toEqual([1, 1]);
    const other = openState().file;
    expect([other.read(numberOf), use()]).toEqual([2, 1]);
  });
});
