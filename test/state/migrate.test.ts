import { describe, expect, it } from 'vitest';
import { migrations } from '../../src/state/migrations.ts';
import { retryAfterMs } from '../../src/state/outages.ts';
import { addNote, messageOf, notes, openState, readNotes, type OpenState } from './open-state.ts';

const versionOf = ({ file }: OpenState): unknown =>
  file.read((database) => database.pragma('user_version', { simple: true }));

describe('migrations', () => {
  it('bring a new file to the newest version', () => {
    expect(versionOf(openState())).toBe(migrations.length);
  });

  it('bring an older file up, one after the other, with what is in it', () => {
    const old = openState({ migrations: notes });
    addNote(old, 'old');
    old.file.close();
    const newer = [
      ...notes,
      "ALTER TABLE notes ADD COLUMN kind TEXT NOT NULL DEFAULT 'plain'; CREATE INDEX notes_by_kind ON notes (kind)",
      "UPDATE notes SET kind = kind || '!'",
    ];
    const state = openState({ path: old.path, migrations: newer });
    expect(state.file.read((database) => database.prepare('SELECT * FROM notes').all() as object[])).toEqual([
      { text: 'old', kind: 'plain!' },
    ]);
    expect(versionOf(state)).toBe(3);
    state.file.close();
    // A second time would find the column there.
    expect(versionOf(openState({ path: old.path, migrations: newer }))).toBe(3);
  });

  it('leave the file as it was when one fails', () => {
    const old = openState({ migrations: notes });
    addNote(old, 'old');
    old.file.close();
    const failing = openState({ path: old.path, migrations: [...notes, 'DELETE FROM notes', 'no SQL'] });
    expect(() => readNotes(failing)).toThrow('syntax error');
    const state = openState({ path: old.path, migrations: notes });
    expect([readNotes(state), versionOf(state)]).toEqual([['old'], 1]);
  });

  it('of a newer harness are refused: the file stays, one line says what to do, and it is tried again', () => {
    const newer = openState({ migrations: [...notes, 'CREATE TABLE more (x)'] });
    addNote(newer, 'new');
    const state = openState({ path: newer.path, migrations: notes });
    for (let i = 0; i < 3; i += 1) {
      const message = `The state file ${state.path} can't be used: a newer version of the harness has written it; update the harness, move the file away, or set state.path.`;
      expect(messageOf(() => readNotes(state))).toBe(message);
      expect(state.log.lines.map(({ level, message: logged }) => [level, logged])).toEqual([['error', message]]);
      state.clock.now += retryAfterMs;
    }
    expect(String(state.log.lines[0]?.fields['error'])).toContain(
      'has version 2; this harness supports versions up to 1',
    );
    expect(readNotes(newer)).toEqual(['new']);

    newer.file.write((database) => database.pragma('user_version = 1'));
    expect(readNotes(state)).toEqual(['new']);
  });
});
