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
  // What each machine has in its own file, as it has published it: whoever reads adds them up. The key begins with the machine,
  // for its own questions; everybody else asks for a time.
  `CREATE TABLE usage_sums (
     machine TEXT COLLATE "C" NOT NULL,
     period TEXT COLLATE "C" NOT NULL,
     start BIGINT NOT NULL,
     model TEXT COLLATE "C" NOT NULL,
     client TEXT COLLATE "C" NOT NULL,
     requests BIGINT NOT NULL,
     failed BIGINT NOT NULL,
     tokens_input BIGINT NOT NULL,
     tokens_output BIGINT NOT NULL,
     cache_read_tokens BIGINT NOT NULL,
     cache_write_5m_tokens BIGINT NOT NULL,
     cache_write_1h_tokens BIGINT NOT NULL,
     tokens_thinking BIGINT NOT NULL,
     cost_usd DOUBLE PRECISION NOT NULL,
     unpriced_requests BIGINT NOT NULL,
     first_at BIGINT NOT NULL,
     last_at BIGINT NOT NULL,
     expires_at BIGINT NOT NULL,
     PRIMARY KEY (machine, period, start, model, client)
   );
   CREATE INDEX usage_sums_by_start ON usage_sums (period, start);
   CREATE INDEX usage_sums_by_expiry ON usage_sums (expires_at);`,
];
