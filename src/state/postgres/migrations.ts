/**
 * The migrations of a shared database: the SQL at index n leads from version n to n + 1. Append only; as for the state file,
 * services of the previous version go on using it for a while. What the tables are for is said in `../migrations.ts`.
 * Times are milliseconds since the epoch; ids are compared byte by byte, as SQLite does, whatever the database's language.
 */
export const migrations: readonly string[] = [
  `CREATE TABLE responses (
     id TEXT COLLATE "C" PRIMARY KEY,
     created_at BIGINT NOT NULL,
     previous_id TEXT COLLATE "C",
     response TEXT NOT NULL, -- JSON
     input_items TEXT NOT NULL -- JSON
   );
   CREATE INDEX responses_by_age ON responses (created_at);
   CREATE TABLE response_runs (
     id TEXT COLLATE "C" PRIMARY KEY,
     run_by TEXT NOT NULL,
     run_until BIGINT NOT NULL,
     is_cancelled INTEGER NOT NULL DEFAULT 0
   );
   CREATE TABLE conversations (
     id TEXT COLLATE "C" PRIMARY KEY,
     owner TEXT COLLATE "C",
     created_at BIGINT NOT NULL,
     used_at BIGINT NOT NULL,
     turn_count INTEGER NOT NULL,
     message_count INTEGER NOT NULL,
     bytes BIGINT NOT NULL,
     system TEXT NOT NULL -- JSON
   );
   CREATE INDEX conversations_by_owner ON conversations (owner, used_at);
   CREATE INDEX conversations_by_use ON conversations (used_at);
   CREATE TABLE conversation_turns (
     conversation_id TEXT COLLATE "C" NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
     seq INTEGER NOT NULL,
     model TEXT NOT NULL,
     messages TEXT NOT NULL, -- JSON
     PRIMARY KEY (conversation_id, seq)
   );`,
];
