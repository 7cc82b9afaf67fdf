import { chmodSync, mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { retryAfterMs } from '../../src/state/outages.ts';
import { asOrdinaryUser, makeReadOnly } from './read-only.ts';
import { lockFile } from './lock-file.ts';
import {
  addNote,
  messageOf,
  notes,
  openState,
  processEnds,
  readNotes,
  statePath,
  type OpenState,
} from './open-state.ts';

const logged = ({ log }: OpenState): string[][] => log.lines.map(({ level, message }) => [level, message]);
const recovered = ['info', 'the state file is usable again'];

describe('a file that another process keeps locked', () => {
  const remedy = 'another program holds a lock on it; end that program, or wait until it is done.';

  /** A file that was just unlocked, after a write that found it locked. */
  const stateLockedOnce = async () => {
    const state = openState({ migrations: notes });
    addNote(state, 'before');
    const unlock = await lockFile(state.path);
    const write = (): void => {
      addNote(state, 'after');
    };
    expect(write).toThrow(remedy);
    await unlock();
    return { state, write };
  };

  it('is read all the same, and written to again when the lock is gone', async () => {
    const state = openState({ migrations: notes });
    addNote(state, 'before');
    const unlock = await lockFile(state.path);
    const message = `The state file ${state.path} can't be used: ${remedy}`;
    for (let i = 0; i < 3; i += 1) {
      expect(
        messageOf(() => {
          addNote(state, 'refused');
        }),
      ).toBe(message);
      expect(readNotes(state)).toEqual(['before']);
      state.clock.now += retryAfterMs;
    }
    expect(readNotes(openState({ path: state.path, migrations: notes }))).toEqual(['before']);
    expect(logged(state)).toEqual([['error', message]]);

    await unlock();
    addNote(state, 'after');
    expect(readNotes(state)).toEqual(['before', 'after']);
    expect(logged(state)).toEqual([['error', message], recovered]);
  });

  it('is left alone for a while after each try', async () => {
    const { state, write } = await stateLockedOnce();
    state.clock.now += retryAfterMs - 1;
    expect(write).toThrow(remedy);
    state.clock.now += 1;
    expect(write).not.toThrow();
  });

  it('is tried again when the clock was set back', async () => {
    const { state, write } = await stateLockedOnce();
    state.clock.now -= 60 * 60 * 1000;
    expect(write).not.toThrow();
  });
});

describe('a disk that is full', () => {
  it('fails what is written, keeps what was, is logged once, and is over when there is room', () => {
    const state = openState({ migrations: notes });
    addNote(state, 'before');
    const writeOnFullDisk = (): void => {
      state.file.write((database) => {
        database.pragma('max_page_count = 1');
        database.prepare('INSERT INTO notes VALUES (?)').run('x'.repeat(100_000));
      });
    };
    const message = `The state file ${state.path} can't be used: its disk is full; free some space.`;
    for (let i = 0; i < 3; i += 1) {
      expect(messageOf(writeOnFullDisk)).toBe(message);
      expect(readNotes(state)).toEqual(['before']);
      state.clock.now += retryAfterMs;
    }
    addNote(state, 'after');
    expect(readNotes(state)).toEqual(['before', 'after']);
    expect(logged(state)).toEqual([['error', message], recovered]);
  });
});

describe('a file that this user can only read', () => {
  it('is read, is not written to, and is opened anew for the next try', async () => {
    const before = openState({ migrations: notes });
    addNote(before, 'before');
    before.file.close();
    await processEnds();
    const { path } = before;
    const state = openState({ path, migrations: notes });
    makeReadOnly(path);
    const message = `The state file ${path} can't be used: the file, its -wal and -shm or their folder can't be written; make the service's user their owner, or set state.path.`;
    asOrdinaryUser(() => {
      expect(readNotes(state)).toEqual(['before']);
      const write = (): void => {
        addNote(state, 'refused');
      };
      expect(messageOf(write)).toBe(message);
      expect(readNotes(state)).toEqual(['before']);
    });
    for (const suffix of ['', '-wal', '-shm']) chmodSync(path + suffix, 0o600);
    state.clock.now += retryAfterMs;
    addNote(state, 'after');
    expect(readNotes(state)).toEqual(['before', 'after']);
    expect(logged(state)).toEqual([['error', message], recovered]);
  });
});

describe('what is not a file', () => {
  it.each([
    ['a directory in its place', (path: string) => mkdirSync(path, { recursive: true }), rmdirSync],
    [
      'a file in the place of its folder',
      (path: string) => {
        writeFileSync(dirname(path), '');
      },
      (path: string) => {
        rmSync(dirname(path));
      },
    ],
  ])('%s fails reading and writing with one line, until it is gone', (_, put, remove) => {
    const path = statePath();
    put(path);
    const state = openState({ path, migrations: notes });
    const message = `The state file ${path} can't be used: make sure that it is a file in a folder that the service's user can write to, or set state.path.`;
    expect(messageOf(() => readNotes(state))).toBe(message);
    expect(
      messageOf(() => {
        addNote(state, 'refused');
      }),
    ).toBe(message);
    expect(logged(state)).toEqual([['error', message]]);
    remove(path);
    state.clock.now += retryAfterMs;
    addNote(state, 'after');
    expect(readNotes(state)).toEqual(['after']);
    expect(logged(state)).toEqual([['error', message], recovered]);
  });
});
