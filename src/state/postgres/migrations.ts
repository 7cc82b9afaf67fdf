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
  `CREATE TABLE file_folder (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     name TEXT NOT NULL
   );
   INSERT INTO file_folder VALUES (1, substr(replace(gen_random_uuid()::text, '-', ''), 1, 16));
   CREATE TABLE file_contents (
     sha256 TEXT COLLATE "C" PRIMARY KEY,
     bytes BIGINT NOT NULL
   );
   CREATE TABLE files (
     id TEXT COLLATE "C" PRIMARY KEY,
     prefix TEXT NOT NULL,
     owner TEXT COLLATE "C",
     sha256 TEXT COLLATE "C" NOT NULL REFERENCES file_contents (sha256),
     filename TEXT NOT NULL,
     mime_type TEXT NOT NULL,
     bytes BIGINT NOT NULL,
     purpose TEXT NOT NULL,
     created_at BIGINT NOT NULL,
     expires_at BIGINT -- null: never
   );
   CREATE INDEX files_by_owner ON files (owner, id);
   CREATE INDEX files_by_content ON files (sha256);
   CREATE INDEX files_by_expiry ON files (expires_at) WHERE expires_at IS NOT NULL;
   CREATE TABLE file_sums (
     of TEXT COLLATE "C" PRIMARY KEY,
     bytes BIGINT NOT NULL
   );
   CREATE FUNCTION count_file_content() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
     IF TG_OP = 'INSERT' THEN
       INSERT INTO file_sums VALUES ('contents', greatest(new.bytes, 4096))
         ON CONFLICT (of) DO UPDATE SET bytes = file_sums.bytes + excluded.bytes;
     ELSE
       UPDATE file_sums SET bytes = bytes - greatest(old.bytes, 4096) WHERE of = 'contents';
     END IF;
     RETURN NULL;
   END $$;
   CREATE TRIGGER file_content_changed AFTER INSERT OR DELETE ON file_contents
     FOR EACH ROW EXECUTE FUNCTION count_file_content();
   CREATE FUNCTION count_file() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
     IF TG_OP = 'INSERT' THEN
       INSERT INTO file_sums VALUES ('owner:' || coalesce(new.owner, ''), greatest(new.bytes, 4096))
         ON CONFLICT (of) DO UPDATE SET bytes = file_sums.bytes + excluded.bytes;
     ELSE
       UPDATE file_sums SET bytes = bytes - greatest(old.bytes, 4096) WHERE of = 'owner:' || coalesce(old.owner, '');
       DELETE FROM file_contents WHERE sha256 = old.sha256
         AND NOT EXISTS (SELECT 1 FROM files WHERE sha256 = old.sha256);
     END IF;
     RETURN NULL;
   END $$;
   CREATE TRIGGER file_changed AFTER INSERT OR DELETE ON files FOR EACH ROW EXECUTE FUNCTION count_file();`,
  // Copies of what machines have in their state files, which alone decide. What a column is there, it is here.
  `CREATE TABLE session_machines (
     machine TEXT COLLATE "C" PRIMARY KEY, -- its name in its state file
     instance INTEGER NOT NULL, -- server.instance
     host TEXT NOT NULL,
     revision BIGINT NOT NULL, -- of its session_changes: all until then is copied
     seen_at BIGINT NOT NULL
   );
   CREATE TABLE replicated_sessions (
     id TEXT COLLATE "C" PRIMARY KEY,
     machine TEXT COLLATE "C" NOT NULL REFERENCES session_machines (machine) ON DELETE CASCADE,
     owner TEXT COLLATE "C",
     agent TEXT COLLATE "C" NOT NULL,
     agent_version BIGINT NOT NULL,
     status TEXT COLLATE "C" NOT NULL,
     created_at BIGINT NOT NULL,
     archived_at BIGINT,
     session TEXT NOT NULL -- JSON, with the agent
   );
   CREATE INDEX replicated_sessions_by_owner ON replicated_sessions (owner, created_at, id);
   CREATE INDEX replicated_sessions_by_machine ON replicated_sessions (machine);
   CREATE TABLE replicated_session_events (
     session_id TEXT COLLATE "C" NOT NULL REFERENCES replicated_sessions (id) ON DELETE CASCADE,
     part BIGINT NOT NULL, -- 0: it has happened, 1: it waits
     place BIGINT NOT NULL, -- among those, as in session_events or session_queue
     id TEXT COLLATE "C" NOT NULL,
     type TEXT COLLATE "C" NOT NULL,
     processed_at BIGINT, -- null while it waits
     event TEXT NOT NULL, -- JSON
     PRIMARY KEY (session_id, part, place)
   );
   CREATE INDEX replicated_session_events_by_id ON replicated_session_events (id);`,
];
