import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isDamage, troubleOf } from '../../src/state/trouble.ts';
import { temporaryDir } from '../process/fixture.ts';

const withCode = (code: string): Error => Object.assign(new Error('x'), { code });

function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

describe('troubleOf', () => {
  it('goes by the code without its extension, and keeps the cause', () => {
    const error = withCode('SQLITE_IOERR_SHMSIZE');
    const trouble = troubleOf('/s/state.db', error);
    expect(trouble).toMatchObject({ code: 'INTERNAL', cause: error });
    expect(trouble?.message).toBe(
      "The state file /s/state.db can't be used: reading or writing it fails; look at its disk, and at the log of the system.",
    );
  });

  it.each(['SQLITE_CORRUPT', 'SQLITE_CORRUPT_INDEX', 'SQLITE_NOTADB'])('%s is damage', (code) => {
    expect(isDamage(withCode(code))).toBe(true);
  });

  it.each(['SQLITE_BUSY_SNAPSHOT', 'SQLITE_CANTOPEN_ISDIR', 'SQLITE_READONLY_DBMOVED', 'ENOSPC', 'EROFS'])(
    '%s is trouble, but no damage',
    (code) => {
      expect(isDamage(withCode(code))).toBe(false);
      expect(troubleOf('/s/state.db', withCode(code))).toBeDefined();
    },
  );

  it('says what to do when the compiled part of the package does not fit', () => {
    const broken = join(temporaryDir(), 'broken.node');
    writeFileSync(broken, 'nothing compiled');
    const notLoaded = errorOf(() => {
      process.dlopen({ exports: {} }, broken);
    });
    const notFound = Object.assign(new Error('Could not locate the bindings file.'), { tries: [] });
    for (const error of [notLoaded, notFound]) {
      expect(troubleOf('/s/state.db', error)?.message).toContain('install the packages anew');
    }
  });

  it.each([
    ['a mistake in a statement', withCode('SQLITE_ERROR')],
    ['a broken rule of a table', withCode('SQLITE_CONSTRAINT_PRIMARYKEY')],
    ['an entry that is too large', withCode('SQLITE_TOOBIG')],
    ['a mistake in the program', new TypeError('x')],
    ['what is no error', 'x'],
  ])('%s is not about the file', (_, error) => {
    expect(troubleOf('/s/state.db', error)).toBeUndefined();
  });
});
