import type { RequestCounts, RequestCountStore } from '../../core/request-counts.ts';
import { memoizePerConnection, type StateDatabase } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';

/** A year and a little: a row takes a few bytes. */
const keptDays = 400;

/** Daily counts in the state file. Each method throws a HarnessError (INTERNAL) where that can't be used. */
export function createRequestCountStore(stateFile: StateFile): RequestCountStore {
  const statements = memoizePerConnection(prepareStatements);
  return {
    add(day, counts) {
      stateFile.write((database) => {
        statements(database).add.run({ day, ...counts });
        statements(database).deleteOld.run(keptDays);
      });
    },
    find: (day) => stateFile.read((database) => statements(database).find.get(day) as RequestCounts | undefined),
  };
}

function prepareStatements(database: StateDatabase) {
  return {
    // Added and not set: during an update two services count.
    add: database.prepare(
      `INSERT INTO request_counts (day, since, served, failed) VALUES (@day, @since, @served, @failed)
       ON CONFLICT (day) DO UPDATE SET since = min(since, excluded.since),
         served = served + excluded.served, failed = failed + excluded.failed`,
    ),
    find: database.prepare('SELECT since, served, failed FROM request_counts WHERE day = ?'),
    deleteOld: database.prepare(
      'DELETE FROM request_counts WHERE day NOT IN (SELECT day FROM request_counts ORDER BY day DESC LIMIT ?)',
    ),
  };
}
