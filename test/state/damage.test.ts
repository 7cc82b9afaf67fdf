import {
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { moveAside } from '../../src/state/disk-file.ts';
import { addNote, notes, openState, processEnds, readNotes, statePath } from './open-state.ts';

const asideName = 'state.db.damaged-2026-01-02T03-04-05.000Z';
const damagedFiles = (path: string): string[] => readdirSync(dirname(path)).filter((name) => name.includes('damaged'));

function makeGarbage(path: string): string {
  const garbage = 'no database '.repeat(1000);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, garbage, { mode: 0o600 });
  return garbage;
}

/** Leaves the first page, so that the damage is found where the table is read. */
function damageTables(path: string): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(statSync(path).size - 4096, 0xff), 0, undefined, 4096);
  closeSync(file);
}

describe('a file that is damaged', () => {
  it('before it was opened is moved aside as it is, with one line, and a new one serves', () => {
    const path = statePath();
    const garbage = makeGarbage(path);
    const state = openState({ path, migrations: notes });
    addNote(state, 'new');
    expect(readNotes(state)).toEqual(['new']);
    expect(damagedFiles(path)).toEqual([asideName]);
    expect(readFileSync(`${dirname(path)}/${asideName}`, 'utf8')).toBe(garbage);
    expect(state.log.lines.map(({ level, message }) => [level, message])).toEqual([
      [
        'error',
        `The state file ${path} is damaged; it was moved to ${dirname(path)}/${asideName}, and a new one is created.`,
      ],
    ]);
  });

  it('and found to be so while in use is moved aside, and what found it is done again', async () => {
    const first = openState({ migrations: notes });
    addNote(first, 'lost');
    first.file.close();
    await processEnds();
    const state = openState({ path: first.path, migrations: notes });
    state.file.read((database) => database.pragma('user_version'));
    damageTables(first.path);
    expect(readNotes(state)).toEqual([]);
    addNote(state, 'new');
    expect(readNotes(state)).toEqual(['new']);
    expect(damagedFiles(first.path).filter((name) => !/-(wal|shm)$/.test(name))).toEqual([asideName]);
    expect(state.log.lines.map(({ level }) => level)).toEqual(['error']);
  });

  it('is moved aside by one of two services, and the other goes on with the new one', async () => {
    const first = openState({ migrations: notes });
    addNote(first, 'lost');
    first.file.close();
    await processEnds();
    const services = [1, 2].map(() => openState({ path: first.path, migrations: notes }));
    for (const { file } of services) file.read((database) => database.pragma('user_version'));
    damageTables(first.path);
    for (const service of services) addNote(service, 'new');
    for (const service of services) expect(readNotes(service)).toEqual(['new', 'new']);
    expect(services.map(({ log }) => log.lines.length)).toEqual([1, 0]);
  });

  it('is not taken for the new one that another service puts there at the same moment', () => {
    const first = openState({ migrations: notes });
    const second = openState({ path: first.path, migrations: notes });
    let isReplaced = false;
    const count = first.file.read((database) => {
      if (!isReplaced) {
        isReplaced = true;
        moveAside(first.path, first.clock.now);
        addNote(second, 'in the new one');
        throw Object.assign(new Error('malformed'), { code: 'ERR_SQLITE_ERROR', errcode: 11 });
      }
      return database.prepare('SELECT count(*) FROM notes').pluck().get() as number;
    });
    expect(count).toBe(1);
    expect(damagedFiles(first.path).filter((name) => !/-(wal|shm)$/.test(name))).toEqual([asideName]);
    expect(first.log.lines).toEqual([]);
  });

  it('takes the files beside it along, and no earlier one is lost', () => {
    const path = statePath();
    const places = ['first', 'second'].map((content) => {
      makeGarbage(path);
      for (const suffix of ['', '-wal', '-shm']) writeFileSync(path + suffix, content + suffix);
      return moveAside(path, Date.UTC(2026, 0, 2, 3, 4, 5));
    });
    expect(places.map((place) => basename(place))).toEqual([asideName, `${asideName}-2`]);
    expect(places.map((place) => readFileSync(place, 'utf8'))).toEqual(['first', 'second']);
    expect(places.map((place) => readFileSync(`${place}-wal`, 'utf8'))).toEqual(['first-wal', 'second-wal']);
    expect([existsSync(path), existsSync(`${path}-wal`), existsSync(`${path}-shm`)]).toEqual([false, false, false]);
  });
});
