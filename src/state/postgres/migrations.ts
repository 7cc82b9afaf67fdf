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
  `CREATE TABLE batches (
     seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     id TEXT COLLATE "C" NOT NULL UNIQUE,
     owner TEXT COLLATE "C",
     client TEXT,
     family TEXT NOT NULL,
     status TEXT NOT NULL,
     ending TEXT,
     created_at BIGINT NOT NULL,
     in_progress_at BIGINT,
     cancel_initiated_at BIGINT,
     finalizing_at BIGINT,
     ended_at BIGINT,
     expires_at BIGINT NOT NULL,
     gone_at BIGINT NOT NULL,
     run_by TEXT,
     requests INTEGER NOT NULL DEFAULT 0,
     succeeded INTEGER NOT NULL DEFAULT 0,
     errored INTEGER NOT NULL DEFAULT 0,
     canceled INTEGER NOT NULL DEFAULT 0,
     expired INTEGER NOT NULL DEFAULT 0,
     input_tokens BIGINT NOT NULL DEFAULT 0,
     cached_tokens BIGINT NOT NULL DEFAULT 0,
     output_tokens BIGINT NOT NULL DEFAULT 0,
     thinking_tokens BIGINT NOT NULL DEFAULT 0,
     webhook TEXT,
     notice_at BIGINT,
     notice_tries INTEGER NOT NULL DEFAULT 0,
     metadata TEXT NOT NULL, -- JSON
     details TEXT NOT NULL, -- JSON
     faults TEXT NOT NULL -- JSON
   );
   CREATE INDEX batches_by_owner ON batches (owner, family, seq);
   CREATE INDEX batches_at_work ON batches (seq) WHERE status <> 'ended' AND status <> 'deleted';
   CREATE INDEX batches_deleted ON batches (seq) WHERE status = 'deleted';
   CREATE INDEX batches_by_end ON batches (gone_at) WHERE status = 'ended';
   CREATE INDEX batches_to_tell ON batches (notice_at) WHERE notice_at IS NOT NULL;
   CREATE TABLE batch_requests (
     id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     batch BIGINT NOT NULL REFERENCES batches (seq) ON DELETE CASCADE,
     custom_id TEXT NOT NULL,
     path TEXT NOT NULL,
     model TEXT COLLATE "C" NOT NULL,
     prefix BIGINT NOT NULL,
     state TEXT NOT NULL,
     failures INTEGER NOT NULL DEFAULT 0,
     not_before BIGINT NOT NULL DEFAULT 0,
     run_by TEXT
   );
   CREATE INDEX batch_requests_by_batch ON batch_requests (batch, id);
   CREATE INDEX batch_requests_queued ON batch_requests (batch, model, prefix, id) WHERE state = 'queued';
   CREATE INDEX batch_requests_running ON batch_requests (run_by) WHERE state = 'running';
   CREATE TABLE batch_bodies (
     request BIGINT PRIMARY KEY REFERENCES batch_requests (id) ON DELETE CASCADE,
     body TEXT NOT NULL -- JSON
   );
   CREATE TABLE batch_results (
     request BIGINT PRIMARY KEY REFERENCES batch_requests (id) ON DELETE CASCADE,
     status INTEGER NOT NULL,
     request_id TEXT NOT NULL,
     body TEXT NOT NULL -- JSON
   );
   CREATE TABLE batch_services (
     id TEXT PRIMARY KEY,
     run_until BIGINT NOT NULL
   );`,
  `CREATE TABLE jobs (
     seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     id TEXT COLLATE "C" NOT NULL UNIQUE,
     owner TEXT COLLATE "C",
     client TEXT,
     path TEXT,
     agent TEXT,
     machine TEXT,
     body TEXT NOT NULL,
     model TEXT,
     session_id TEXT,
     status TEXT NOT NULL,
     created_at BIGINT NOT NULL,
     started_at BIGINT,
     ended_at BIGINT,
     gone_at BIGINT NOT NULL,
     run_by TEXT,
     run_until BIGINT,
     outcome TEXT, -- JSON
     webhook TEXT,
     notice_at BIGINT,
     notice_tries INTEGER NOT NULL DEFAULT 0,
     metadata TEXT NOT NULL -- JSON
   );
   CREATE INDEX jobs_by_owner ON jobs (owner, seq);
   CREATE INDEX jobs_at_work ON jobs (seq) WHERE status IN ('queued', 'running');
   CREATE INDEX jobs_by_end ON jobs (gone_at);
   CREATE INDEX jobs_to_tell ON jobs (notice_at) WHERE notice_at IS NOT NULL;`,
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
