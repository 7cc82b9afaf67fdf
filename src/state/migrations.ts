/**
 * How the state file came to its form: the SQL at index n leads from version n to n + 1. Only ever appended to.
 *
 * During an update the service before goes on for a moment with the file that this one has brought to its version: a
 * migration adds tables, columns with a default and indexes, and takes away only what the last version no longer uses.
 */
export const migrations: readonly string[] = [
  // The large columns come last: to read the others, SQLite then need not follow a large row through its pages.
  `CREATE TABLE responses (
     id TEXT PRIMARY KEY,
     created_at INTEGER NOT NULL, -- milliseconds since the epoch
     previous_id TEXT,
     response TEXT NOT NULL, -- JSON
     input_items TEXT NOT NULL -- JSON
   ) STRICT;
   CREATE INDEX responses_by_age ON responses (created_at);`,
];
