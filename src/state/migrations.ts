/**
 * The migrations of the state file: the SQL at index n leads from version n to n + 1. Append only.
 *
 * During an update the previous service keeps using the file for a moment after this one has migrated it: a migration
 * adds tables, columns with a default and indexes, and removes only what the previous version no longer uses.
 */
export const migrations: readonly string[] = [
  // The large columns come last, so that SQLite reads the others without following a large row through its pages.
  `CREATE TABLE responses (
     id TEXT PRIMARY KEY,
     created_at INTEGER NOT NULL, -- milliseconds since the epoch
     previous_id TEXT,
     response TEXT NOT NULL, -- JSON
     input_items TEXT NOT NULL -- JSON
   ) STRICT;
   CREATE INDEX responses_by_age ON responses (created_at);`,
  `CREATE TABLE cli_verdicts (
     version TEXT NOT NULL,
     size INTEGER NOT NULL, -- bytes
     mtime_ms REAL NOT NULL,
     revision INTEGER NOT NULL, -- of the check
     checked_at INTEGER NOT NULL, -- milliseconds since the epoch
     is_served INTEGER NOT NULL,
     verdict TEXT NOT NULL, -- JSON
     PRIMARY KEY (version, size, mtime_ms)
   ) STRICT;`,
  `CREATE TABLE request_counts (
     day TEXT PRIMARY KEY, -- such as 2026-11-29, in the machine's time zone
     since INTEGER NOT NULL, -- milliseconds since the epoch
     served INTEGER NOT NULL,
     failed INTEGER NOT NULL
   ) STRICT;`,
];
