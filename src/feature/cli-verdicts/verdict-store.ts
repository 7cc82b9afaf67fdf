import type { CliBuild, KeptVerdict, VerdictStore } from '../../core/verdict-store.ts';
import { memoizePerConnection, type StateDatabase } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';
import { promised } from '../../util/promised.ts';

/** A year of daily updates takes a few kilobytes; older verdicts are of no use. */
const keptVerdicts = 100;

interface Row {
  revision: number;
  isServed: number;
  verdict: string;
}

interface LastGood {
  version: string;
}

/** Verdicts in the state file. Each method rejects with a HarnessError (INTERNAL) where that can't be used. */
export function createVerdictStore(stateFile: StateFile, now: () => number): VerdictStore {
  const statements = memoizePerConnection(prepareStatements);

  function find(build: CliBuild): KeptVerdict | undefined {
    const row = stateFile.read((database) => statements(database).find.get({ ...build }) as Row | undefined);
    if (row === undefined) return undefined;
    const { revision, isServed, verdict } = row;
    return { build, revision, isServed: isServed === 1, verdict: JSON.parse(verdict) as object };
  }

  function save({ build, revision, isServed, verdict }: KeptVerdict): void {
    const row = { ...build, revision, isServed: isServed ? 1 : 0, verdict: JSON.stringify(verdict), checkedAt: now() };
    stateFile.write((database) => {
      statements(database).save.run(row);
      statements(database).deleteOld.run(keptVerdicts);
    });
  }

  function lastGood(besides: string): string | undefined {
    const find = (database: StateDatabase) => statements(database).lastGood.get(besides) as LastGood | undefined;
    return stateFile.read(find)?.version;
  }

  return {
    find: (build) => promised(() => find(build)),
    save: (verdict) =>
      promised(() => {
        save(verdict);
      }),
    lastGood: (besides) => promised(() => lastGood(besides)),
  };
}

function prepareStatements(database: StateDatabase) {
  return {
    find: database.prepare(
      `SELECT revision, is_served AS isServed, verdict FROM cli_verdicts
       WHERE version = @version AND size = @size AND mtime_ms = @mtimeMs`,
    ),
    save: database.prepare(
      `INSERT OR REPLACE INTO cli_verdicts (version, size, mtime_ms, revision, checked_at, is_served, verdict)
       VALUES (@version, @size, @mtimeMs, @revision, @checkedAt, @isServed, @verdict)`,
    ),
    deleteOld: database.prepare(
      'DELETE FROM cli_verdicts WHERE rowid NOT IN (SELECT rowid FROM cli_verdicts ORDER BY checked_at DESC LIMIT ?)',
    ),
    lastGood: database.prepare(
      `SELECT version FROM cli_verdicts WHERE is_served = 1 AND version <> ? ORDER BY checked_at DESC LIMIT 1`,
    ),
  };
}
