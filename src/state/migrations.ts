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
  `CREATE TABLE agent_versions (
     name TEXT NOT NULL,
     version INTEGER NOT NULL,
     created_at INTEGER NOT NULL, -- milliseconds since the epoch, as are all times below
     profile TEXT NOT NULL, -- JSON, without tokens
     PRIMARY KEY (name, version)
   ) STRICT;
   CREATE TABLE sessions (
     id TEXT PRIMARY KEY,
     owner TEXT, -- the hash of a token; null where the service asks for none
     agent TEXT NOT NULL,
     agent_version INTEGER NOT NULL,
     status TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     updated_at INTEGER NOT NULL,
     archived_at INTEGER,
     running_since INTEGER,
     active_ms INTEGER NOT NULL,
     run_by TEXT, -- the service that ran it last
     run_until INTEGER, -- when that service's claim ends; null while nobody runs it
     transcript TEXT NOT NULL,
     has_turns INTEGER NOT NULL,
     input_tokens INTEGER NOT NULL,
     output_tokens INTEGER NOT NULL,
     cache_creation_input_tokens INTEGER NOT NULL,
     cache_read_input_tokens INTEGER NOT NULL,
     cost_usd REAL NOT NULL,
     max_cost_usd REAL,
     title TEXT,
     metadata TEXT NOT NULL, -- JSON
     overrides TEXT NOT NULL -- JSON
   ) STRICT;
   CREATE INDEX sessions_by_owner ON sessions (owner, created_at, id);
   CREATE INDEX sessions_running ON sessions (status) WHERE status = 'running';
   CREATE TABLE session_events (
     session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
     seq INTEGER NOT NULL, -- its place in the session, from 1
     id TEXT NOT NULL UNIQUE,
     type TEXT NOT NULL,
     processed_at INTEGER NOT NULL,
     event TEXT NOT NULL, -- JSON
     PRIMARY KEY (session_id, seq)
   ) STRICT;
   CREATE TABLE session_queue ( -- events of clients that have not taken effect
     position INTEGER PRIMARY KEY AUTOINCREMENT,
     session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
     id TEXT NOT NULL UNIQUE,
     type TEXT NOT NULL,
     event TEXT NOT NULL -- JSON
   ) STRICT;
   CREATE INDEX session_queue_by_session ON session_queue (session_id, position);
   CREATE TABLE session_calls (
     session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
     call_id TEXT NOT NULL, -- the model's
     event_id TEXT NOT NULL,
     state TEXT NOT NULL,
     PRIMARY KEY (session_id, call_id)
   ) STRICT;
   CREATE INDEX session_calls_by_event ON session_calls (session_id, event_id);
   CREATE INDEX session_calls_late ON session_calls (session_id) WHERE state = 'late';
   CREATE INDEX session_calls_asked ON session_calls (session_id) WHERE state = 'asked';`,
  `CREATE TABLE conversations (
     id TEXT PRIMARY KEY,
     owner TEXT, -- the hash of a token; null where the service asks for none
     created_at INTEGER NOT NULL, -- milliseconds since the epoch
     used_at INTEGER NOT NULL,
     turn_count INTEGER NOT NULL,
     message_count INTEGER NOT NULL,
     bytes INTEGER NOT NULL, -- of all messages
     system TEXT NOT NULL -- JSON
   ) STRICT;
   CREATE INDEX conversations_by_owner ON conversations (owner, used_at);
   CREATE INDEX conversations_by_use ON conversations (used_at);
   CREATE TABLE conversation_turns (
     conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
     seq INTEGER NOT NULL, -- its place in the conversation, from 1
     model TEXT NOT NULL,
     messages TEXT NOT NULL, -- JSON
     PRIMARY KEY (conversation_id, seq)
   ) STRICT;`,
  `CREATE TABLE agent_chats ( -- sessions that chat clients drive, without knowing of them
     session_id TEXT PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
     exchange TEXT, -- the hash of all that was said; null while nobody can go on from it
     last_message TEXT NOT NULL, -- the id of the user's last event in it
     system TEXT NOT NULL -- what the client's system prompt said
   ) STRICT;
   CREATE INDEX agent_chats_by_exchange ON agent_chats (exchange) WHERE exchange IS NOT NULL;`,
  // Noted with the step that gives a transcript up, so that an end of the service in between leaves none for good.
  `CREATE TABLE left_transcripts (transcript TEXT PRIMARY KEY) STRICT;
   CREATE TRIGGER sessions_deleted AFTER DELETE ON sessions BEGIN
     INSERT OR IGNORE INTO left_transcripts VALUES (old.transcript);
   END;
   CREATE TRIGGER sessions_renewed AFTER UPDATE OF transcript ON sessions WHEN old.transcript <> new.transcript BEGIN
     INSERT OR IGNORE INTO left_transcripts VALUES (old.transcript);
   END;
   CREATE INDEX sessions_by_update ON sessions (updated_at);`,
  `CREATE TABLE question_notices ( -- the questions of which somebody was told
     event_id TEXT PRIMARY KEY REFERENCES session_events (id) ON DELETE CASCADE,
     claimed_at INTEGER NOT NULL -- milliseconds since the epoch
   ) STRICT;
   CREATE TABLE link_key ( -- what links are signed with
     id INTEGER PRIMARY KEY CHECK (id = 1),
     key BLOB NOT NULL
   ) STRICT;`,
  `CREATE TABLE access_kinds ( -- what requests have in common that can be asked for; '' where there is none
     id INTEGER PRIMARY KEY,
     client TEXT NOT NULL,
     model TEXT NOT NULL,
     served_model TEXT NOT NULL,
     endpoint TEXT NOT NULL,
     status_code INTEGER NOT NULL,
     error_code TEXT NOT NULL,
     UNIQUE (client, model, served_model, endpoint, status_code, error_code)
   ) STRICT;
   CREATE TABLE access_log (
     id INTEGER PRIMARY KEY, -- in the order in which requests were recorded
     timestamp INTEGER NOT NULL, -- when it arrived, in milliseconds since the epoch
     kind INTEGER NOT NULL, -- of access_kinds
     request_id TEXT NOT NULL,
     user_agent TEXT,
     client_ip TEXT,
     dialect TEXT NOT NULL,
     backend TEXT,
     streaming INTEGER NOT NULL,
     background INTEGER NOT NULL,
     finish_reason TEXT,
     queue_ms REAL,
     first_token_ms REAL,
     duration_ms REAL NOT NULL,
     tokens_input INTEGER NOT NULL,
     tokens_output INTEGER NOT NULL,
     cache_read_tokens INTEGER NOT NULL,
     cache_write_5m_tokens INTEGER NOT NULL,
     cache_write_1h_tokens INTEGER NOT NULL,
     tokens_thinking INTEGER NOT NULL,
     cost_usd REAL, -- what the tokens would cost by the API
     tool_calls INTEGER NOT NULL,
     session TEXT,
     cache TEXT
   ) STRICT;
   -- For kinds that are frequent, and for those that are rare.
   CREATE INDEX access_log_by_time ON access_log (timestamp, kind);
   CREATE INDEX access_log_by_kind ON access_log (kind, timestamp);
   CREATE TABLE access_counts (
     day INTEGER NOT NULL, -- of UTC, its start in milliseconds since the epoch
     kind INTEGER NOT NULL,
     requests INTEGER NOT NULL,
     PRIMARY KEY (day, kind)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX access_counts_by_kind ON access_counts (kind); -- tells which kinds are left
   CREATE TABLE usage_sums (
     period TEXT NOT NULL, -- hour or day; whole_hour: of all models and clients
     start INTEGER NOT NULL, -- milliseconds since the epoch, as are first_at and last_at
     model TEXT NOT NULL,
     client TEXT NOT NULL,
     requests INTEGER NOT NULL,
     failed INTEGER NOT NULL,
     tokens_input INTEGER NOT NULL,
     tokens_output INTEGER NOT NULL,
     cache_read_tokens INTEGER NOT NULL,
     cache_write_5m_tokens INTEGER NOT NULL,
     cache_write_1h_tokens INTEGER NOT NULL,
     tokens_thinking INTEGER NOT NULL,
     cost_usd REAL NOT NULL,
     unpriced_requests INTEGER NOT NULL,
     first_at INTEGER NOT NULL,
     last_at INTEGER NOT NULL,
     PRIMARY KEY (period, start, model, client)
   ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE cached_answers ( -- answers that are given again to equal requests
     key TEXT PRIMARY KEY, -- hash of all that the answer may depend on, and of who may be given it
     stored_at INTEGER NOT NULL, -- milliseconds since the epoch
     expires_at INTEGER NOT NULL,
     bytes INTEGER NOT NULL,
     events TEXT NOT NULL -- of the turn, as JSON
   ) STRICT;
   CREATE INDEX cached_answers_by_storing ON cached_answers (stored_at);
   CREATE INDEX cached_answers_by_expiry ON cached_answers (expires_at);
   CREATE TABLE cached_answers_total ( -- so that nothing is summed up for each answer that is kept
     id INTEGER PRIMARY KEY CHECK (id = 1),
     entries INTEGER NOT NULL,
     bytes INTEGER NOT NULL
   ) STRICT;
   INSERT INTO cached_answers_total VALUES (1, 0, 0);
   CREATE TRIGGER cached_answer_added AFTER INSERT ON cached_answers BEGIN
     UPDATE cached_answers_total SET entries = entries + 1, bytes = bytes + new.bytes;
   END;
   CREATE TRIGGER cached_answer_deleted AFTER DELETE ON cached_answers BEGIN
     UPDATE cached_answers_total SET entries = entries - 1, bytes = bytes - old.bytes;
   END;`,
  `CREATE TABLE created_agents ( -- agents that narrow one of the configuration
     id TEXT PRIMARY KEY,
     created_at INTEGER NOT NULL, -- milliseconds since the epoch
     archived_at INTEGER
   ) STRICT;
   CREATE TABLE created_agent_versions (
     agent_id TEXT NOT NULL REFERENCES created_agents (id) ON DELETE CASCADE,
     version INTEGER NOT NULL,
     created_at INTEGER NOT NULL,
     definition TEXT NOT NULL, -- JSON
     PRIMARY KEY (agent_id, version)
   ) STRICT;`,
  // One a minute at most: the last of it.
  `CREATE TABLE plan_samples (
     type TEXT NOT NULL, -- of the plan's window
     minute INTEGER NOT NULL, -- its start, in milliseconds since the epoch, as are the other times
     observed_at INTEGER NOT NULL,
     status TEXT NOT NULL,
     utilization REAL, -- from 0 to 1; null where nobody said
     resets_at INTEGER,
     PRIMARY KEY (type, minute)
   ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE alert_crossings ( -- how far the owner was told that a window of the plan is used
     type TEXT PRIMARY KEY, -- of the window
     threshold REAL NOT NULL, -- a share, from 0 to 1
     resets_at INTEGER, -- milliseconds since the epoch, as are the other times; null where nobody said
     told_at INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE alert_troubles ( -- of which the owner was told, and not yet that they are over
     name TEXT PRIMARY KEY,
     seen_at INTEGER NOT NULL -- last
   ) STRICT;`,
  `CREATE TABLE file_folder ( -- that of the contents below files.path: no other state file has one of this name
     id INTEGER PRIMARY KEY CHECK (id = 1),
     name TEXT NOT NULL
   ) STRICT;
   INSERT INTO file_folder VALUES (1, lower(hex(randomblob(8))));
   CREATE TABLE file_contents ( -- each a file in that folder, which is named by its hash
     sha256 TEXT PRIMARY KEY,
     bytes INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE files (
     id TEXT PRIMARY KEY, -- 32 hex digits, in the order of creation
     prefix TEXT NOT NULL, -- what the id begins with for clients
     owner TEXT, -- hash of a token; null where none was asked for
     sha256 TEXT NOT NULL REFERENCES file_contents (sha256),
     filename TEXT NOT NULL,
     mime_type TEXT NOT NULL,
     bytes INTEGER NOT NULL,
     purpose TEXT NOT NULL,
     created_at INTEGER NOT NULL, -- milliseconds since the epoch
     expires_at INTEGER -- null: never
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX files_by_owner ON files (owner, id);
   CREATE INDEX files_by_content ON files (sha256);
   CREATE INDEX files_by_expiry ON files (expires_at) WHERE expires_at IS NOT NULL;
   CREATE TABLE file_sums ( -- what all contents take, and what the files of each owner do, so that nothing is summed up for an upload
     of TEXT PRIMARY KEY, -- 'contents', or 'owner:' and the owner
     bytes INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TRIGGER file_content_added AFTER INSERT ON file_contents BEGIN
     INSERT INTO file_sums VALUES ('contents', max(new.bytes, 4096))
       ON CONFLICT (of) DO UPDATE SET bytes = bytes + excluded.bytes;
   END;
   CREATE TRIGGER file_content_deleted AFTER DELETE ON file_contents BEGIN
     UPDATE file_sums SET bytes = bytes - max(old.bytes, 4096) WHERE of = 'contents';
   END;
   CREATE TRIGGER file_added AFTER INSERT ON files BEGIN
     INSERT INTO file_sums VALUES ('owner:' || coalesce(new.owner, ''), max(new.bytes, 4096))
       ON CONFLICT (of) DO UPDATE SET bytes = bytes + excluded.bytes;
   END;
   CREATE TRIGGER file_deleted AFTER DELETE ON files BEGIN
     UPDATE file_sums SET bytes = bytes - max(old.bytes, 4096) WHERE of = 'owner:' || coalesce(old.owner, '');
     DELETE FROM file_contents WHERE sha256 = old.sha256
       AND NOT EXISTS (SELECT 1 FROM files WHERE sha256 = old.sha256);
   END;`,
  `CREATE TABLE batches (
     seq INTEGER PRIMARY KEY, -- in the order in which they were created
     id TEXT NOT NULL UNIQUE,
     owner TEXT, -- the hash of a token; null where the service asks for none
     client TEXT, -- its name in the journal
     family TEXT NOT NULL,
     status TEXT NOT NULL, -- of a batch, or 'creating' before, or 'deleted' after
     ending TEXT,
     created_at INTEGER NOT NULL, -- milliseconds since the epoch, as are the other times
     in_progress_at INTEGER,
     cancel_initiated_at INTEGER,
     finalizing_at INTEGER,
     ended_at INTEGER,
     expires_at INTEGER NOT NULL,
     gone_at INTEGER NOT NULL,
     run_by TEXT, -- the service that runs it, or creates it
     run_until INTEGER, -- when that service's claim ends; null while nobody runs it
     requests INTEGER NOT NULL DEFAULT 0,
     succeeded INTEGER NOT NULL DEFAULT 0,
     errored INTEGER NOT NULL DEFAULT 0,
     canceled INTEGER NOT NULL DEFAULT 0,
     expired INTEGER NOT NULL DEFAULT 0,
     input_tokens INTEGER NOT NULL DEFAULT 0, -- the cached ones among them
     cached_tokens INTEGER NOT NULL DEFAULT 0,
     output_tokens INTEGER NOT NULL DEFAULT 0, -- the thinking ones among them
     thinking_tokens INTEGER NOT NULL DEFAULT 0,
     webhook TEXT,
     notice_at INTEGER, -- when the webhook is to be told of the end, or told again; null where nobody is
     notice_tries INTEGER NOT NULL DEFAULT 0,
     metadata TEXT NOT NULL, -- JSON
     details TEXT NOT NULL, -- JSON
     faults TEXT NOT NULL -- JSON
   ) STRICT;
   CREATE INDEX batches_by_owner ON batches (owner, family, seq);
   CREATE INDEX batches_at_work ON batches (status) WHERE status <> 'ended';
   CREATE INDEX batches_by_end ON batches (gone_at) WHERE status = 'ended';
   CREATE INDEX batches_to_tell ON batches (notice_at) WHERE notice_at IS NOT NULL;
   CREATE TABLE batch_requests (
     id INTEGER PRIMARY KEY, -- in the order in which they came
     batch INTEGER NOT NULL REFERENCES batches (seq) ON DELETE CASCADE,
     custom_id TEXT NOT NULL,
     path TEXT NOT NULL,
     model TEXT NOT NULL,
     prefix INTEGER NOT NULL, -- near each other where prompts begin alike
     state TEXT NOT NULL, -- queued, running, succeeded, errored, canceled or expired
     failures INTEGER NOT NULL DEFAULT 0, -- which may be its own
     not_before INTEGER NOT NULL DEFAULT 0
   ) STRICT;
   CREATE INDEX batch_requests_by_batch ON batch_requests (batch, id);
   CREATE INDEX batch_requests_queued ON batch_requests (batch, model, prefix, id) WHERE state = 'queued';
   CREATE INDEX batch_requests_running ON batch_requests (batch) WHERE state = 'running';
   CREATE TABLE batch_bodies ( -- of the requests that are yet to be answered
     request INTEGER PRIMARY KEY REFERENCES batch_requests (id) ON DELETE CASCADE,
     body TEXT NOT NULL -- JSON
   ) STRICT;
   CREATE TABLE batch_results (
     request INTEGER PRIMARY KEY REFERENCES batch_requests (id) ON DELETE CASCADE,
     status INTEGER NOT NULL, -- of HTTP
     request_id TEXT NOT NULL,
     body TEXT NOT NULL -- JSON
   ) STRICT;`,
  `CREATE TABLE jobs (
     seq INTEGER PRIMARY KEY, -- in the order in which they were created
     id TEXT NOT NULL UNIQUE,
     owner TEXT, -- the hash of a token; null where the service asks for none
     client TEXT, -- its name in the journal
     path TEXT, -- the endpoint of a request; null of an agent's
     agent TEXT,
     body TEXT NOT NULL, -- of a request, as JSON; of an agent, what it is asked
     model TEXT,
     session_id TEXT, -- of an agent, once it has one
     status TEXT NOT NULL, -- queued, running, completed, failed or stopped
     created_at INTEGER NOT NULL, -- milliseconds since the epoch, as are the other times
     started_at INTEGER,
     ended_at INTEGER,
     gone_at INTEGER NOT NULL,
     run_by TEXT, -- the service that runs it
     run_until INTEGER, -- when that service's claim ends
     outcome TEXT, -- JSON
     webhook TEXT,
     notice_at INTEGER, -- when the webhook is to be told of the end, or told again; null where nobody is
     notice_tries INTEGER NOT NULL DEFAULT 0,
     metadata TEXT NOT NULL -- JSON
   ) STRICT;
   CREATE INDEX jobs_by_owner ON jobs (owner, seq);
   CREATE INDEX jobs_at_work ON jobs (seq) WHERE status IN ('queued', 'running');
   CREATE INDEX jobs_by_end ON jobs (gone_at);
   CREATE INDEX jobs_to_tell ON jobs (notice_at) WHERE notice_at IS NOT NULL;`,
  `ALTER TABLE plan_samples RENAME TO plan_samples_of_one;
   CREATE TABLE plan_samples (
     login TEXT NOT NULL, -- its name; '' where the service has but one
     type TEXT NOT NULL, -- of the plan's window
     minute INTEGER NOT NULL, -- its start, in milliseconds since the epoch, as are the other times
     observed_at INTEGER NOT NULL,
     status TEXT NOT NULL,
     utilization REAL, -- from 0 to 1; null where nobody said
     resets_at INTEGER,
     PRIMARY KEY (login, type, minute)
   ) STRICT, WITHOUT ROWID;
   INSERT INTO plan_samples SELECT '', type, minute, observed_at, status, utilization, resets_at FROM plan_samples_of_one;
   DROP TABLE plan_samples_of_one;
   ALTER TABLE alert_crossings RENAME TO alert_crossings_of_one;
   CREATE TABLE alert_crossings ( -- how far the owner was told that a window of the plan is used
     login TEXT NOT NULL, -- its name; '' where the service has but one
     type TEXT NOT NULL, -- of the window
     threshold REAL NOT NULL, -- a share, from 0 to 1
     resets_at INTEGER, -- milliseconds since the epoch, as are the other times; null where nobody said
     told_at INTEGER NOT NULL,
     PRIMARY KEY (login, type)
   ) STRICT;
   INSERT INTO alert_crossings SELECT '', type, threshold, resets_at, told_at FROM alert_crossings_of_one;
   DROP TABLE alert_crossings_of_one;`,
  // Apart from the responses, which may be large: it is written again and again while an answer is made.
  `CREATE TABLE response_runs ( -- responses that are being made in the background
     id TEXT PRIMARY KEY,
     run_by TEXT NOT NULL, -- the service that makes it
     run_until INTEGER NOT NULL, -- when that service's claim ends unless it is renewed; milliseconds since the epoch
     is_cancelled INTEGER NOT NULL DEFAULT 0 -- 1: somebody asks for its end
   ) STRICT;`,
  // Goes with the file to another computer, as what is in it does.
  `CREATE TABLE machine ( -- that has this file, as others that share a database know it
     id INTEGER PRIMARY KEY CHECK (id = 1),
     name TEXT NOT NULL
   ) STRICT;
   INSERT INTO machine VALUES (1, lower(hex(randomblob(8))));`,
  // Several services run the requests of a batch from here on. One of the version before, if it still runs, loses what it had
  // in hand: that is asked anew, and answered once.
  `CREATE TABLE batch_services ( -- that run requests of batches, or read those of new ones
     id TEXT PRIMARY KEY,
     run_until INTEGER NOT NULL -- when its lease ends unless it is renewed; milliseconds since the epoch
   ) STRICT;
   ALTER TABLE batch_requests ADD COLUMN run_by TEXT; -- the service that runs it
   UPDATE batch_requests SET state = 'queued' WHERE state = 'running';
   UPDATE batches SET run_by = NULL, run_until = NULL; -- from now on who creates or ends it; run_until is not used any more
   DROP INDEX batch_requests_running;
   CREATE INDEX batch_requests_running ON batch_requests (run_by) WHERE state = 'running';`,
  // An agent's session and folders are on one machine; requests are run by any.
  `ALTER TABLE jobs ADD COLUMN machine TEXT; -- whose agent is asked; null: of a request, or this file's own`,
  // For whoever copies sessions elsewhere. Every change of what others may see of one comes with one of these statements;
  // claims, which are renewed again and again, are none.
  `CREATE TABLE session_changes (
     revision INTEGER PRIMARY KEY AUTOINCREMENT, -- in the order in which sessions changed last
     session_id TEXT NOT NULL UNIQUE,
     is_deleted INTEGER NOT NULL DEFAULT 0 -- 1: noted until that is copied
   ) STRICT;
   CREATE INDEX session_changes_deleted ON session_changes (revision) WHERE is_deleted = 1;
   CREATE TABLE session_replica ( -- has a row once sessions are copied
     id INTEGER PRIMARY KEY CHECK (id = 1),
     revision INTEGER NOT NULL -- deletions up to this one are copied, and no longer in session_changes
   ) STRICT;
   INSERT INTO session_changes (session_id) SELECT id FROM sessions ORDER BY created_at;
   CREATE TRIGGER session_change_created AFTER INSERT ON sessions BEGIN
     INSERT INTO session_changes (session_id) VALUES (new.id);
   END;
   CREATE TRIGGER session_change_made AFTER UPDATE OF status, title, archived_at ON sessions BEGIN
     DELETE FROM session_changes WHERE session_id = new.id;
     INSERT INTO session_changes (session_id) VALUES (new.id);
   END;
   CREATE TRIGGER session_change_queued AFTER INSERT ON session_queue BEGIN
     DELETE FROM session_changes WHERE session_id = new.session_id;
     INSERT INTO session_changes (session_id) VALUES (new.session_id);
   END;
   CREATE TRIGGER session_change_deleted AFTER DELETE ON sessions BEGIN
     DELETE FROM session_changes WHERE session_id = old.id;
     INSERT INTO session_changes (session_id, is_deleted) SELECT old.id, 1 WHERE EXISTS (SELECT 1 FROM session_replica);
   END;`,
];
