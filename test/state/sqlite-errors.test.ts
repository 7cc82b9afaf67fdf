import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isDamage, toStateFileError } from '../../src/state/sqlite-errors.ts';
import { temporaryDir } from '../process/fixture.ts';

const withCode = (code: string): Error => Object.assign(new Error('x'), { code });
/** As the package reports a result code of SQLite. */
const withResult = (errcode: number): Error => Object.assign(withCode('ERR_SQLITE_ERROR'), { errcode });

function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

describe('toStateFileError', () => {
  it('goes by the code without its extension, and keeps the cause', () => {
    const error = withResult(4874); /* SQLITE_IOERR_SHMSIZE */
    const reported = toStateFileError('/s/state.db', error);
    expect(reported).toMatchObject({ code: 'INTERNAL', cause: error });
    expect(reported?.message).toBe(
      "The state file /s/state.db can't be used: reading or writing it fails; check its disk and the system log.",
    );
  });

  it.each([
    ['SQLITE_CORRUPT', 11],
    ['SQLITE_CORRUPT_INDEX', 779],
    ['SQLITE_NOTADB', 26],
  ])('%s is damage', (_name, code) => {
    expect(isDamage(withResult(code))).toBe(true);
  });

  it.each([
    ['SQLITE_BUSY_SNAPSHOT', withResult(517)],
    ['SQLITE_CANTOPEN_ISDIR', withResult(526)],
    ['SQLITE_READONLY_DBMOVED', withResult(1032)],
    ['ENOSPC', withCode('ENOSPC')],
    ['EROFS', withCode('EROFS')],
  ])('%s concerns the file, but is not damage', (_name, error) => {
    expect(isDamage(error)).toBe(false);
    expect(toStateFileError('/s/state.db', error)).toBeDefined();
  });

  it('says of a read-only disk that it is one', () => {
    expect(toStateFileError('/s/state.db', withCode('EROFS'))?.message).toContain(
      'its disk is read-only; make it writable',
    );
  });

  it('goes by the sentence where there is no code', () => {
    const error = Object.assign(new Error('file is not a database'), { code: 'ERR_SQLITE_ERROR' });
    expect(isDamage(error)).toBe(true);
  });

  it('says what to do when the native module of the package does not load', () => {
    const broken = join(temporaryDir(), 'broken.node');
    writeFileSync(broken, 'nothing compiled');
    const notLoaded = errorOf(() => {
      process.dlopen({ exports: {} }, broken);
    });
    const notFound = new Error('No native build was found for platform=linux');
    for (const error of [notLoaded, notFound]) {
      expect(toStateFileError('/s/state.db', error)?.message).toContain('reinstall the packages');
    }
  });

  it.each([
    ['a mistake in a statement', withResult(1)],
    ['a broken rule of a table', withResult(1555)],
    ['an entry that is too large', withResult(18)],
    ['a mistake in the program', new TypeError('x')],
    ['what is no error', 'x'],
  ])('%s is not about the file', (_, error) => {
    expect(toStateFileError('/s/state.db', error)).toBeUndefined();
  });
});
