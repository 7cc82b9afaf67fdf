import type { StateDatabase } from '../../state/database.ts';

/** Whose it is stands in `IS`, since nobody's is null. What is gone counts as deleted. */
export function prepareJobStatements(database: StateDatabase) {
  return {
    countOpen: database
      .prepare("SELECT count(*) FROM jobs WHERE owner IS ? AND status IN ('queued', 'running')")
      .pluck(),
    insert: database.prepare(
      `INSERT INTO jobs (id, owner, client, path, agent, body, model, status, created_at, gone_at, webhook, metadata)
       VALUES (@id, @owner, @client, @path, @agent, @body, @model, 'queued', @created_at, @gone_at, @webhook, @metadata)
       RETURNING *`,
    ),
    find: database.prepare('SELECT * FROM jobs WHERE id = @id AND owner IS @owner AND gone_at > @now'),
    list: database.prepare(
      `SELECT * FROM jobs WHERE owner IS @owner AND seq < @before AND gone_at > @now ORDER BY seq DESC LIMIT @limit`,
    ),
    open: database.prepare(
      `SELECT seq, status, run_by, run_until FROM jobs
       WHERE status IN ('queued', 'running') AND run_by IS NOT @by
         AND ((agent IS NULL AND @requests) OR (agent IS NOT NULL AND @agents)) ORDER BY seq LIMIT 100`,
    ),
    claim: database.prepare(
      `UPDATE jobs SET status = 'running', run_by = @by, run_until = @until, started_at = coalesce(started_at, @at)
       WHERE seq = @seq AND status IN ('queued', 'running') AND run_by IS @from RETURNING *`,
    ),
    renew: database.prepare('UPDATE jobs SET run_until = @until WHERE seq = @seq AND run_by = @by'),
    release: database.prepare(
      "UPDATE jobs SET status = 'queued', run_by = NULL WHERE seq = @seq AND run_by = @by AND status = 'running'",
    ),
    noteSession: database.prepare('UPDATE jobs SET session_id = @sessionId WHERE seq = @seq AND run_by = @by'),
    end: database.prepare(
      `UPDATE jobs SET status = @status, ended_at = @at, outcome = @outcome, run_by = NULL,
         notice_at = CASE WHEN webhook IS NULL THEN NULL ELSE @at END
       WHERE seq = @seq AND run_by = @by AND status = 'running'`,
    ),
    stop: database.prepare(
      `UPDATE jobs SET status = 'stopped', ended_at = @at, run_by = NULL,
         notice_at = CASE WHEN webhook IS NULL THEN NULL ELSE @at END
       WHERE seq = @seq AND status IN ('queued', 'running')`,
    ),
    delete: database.prepare('DELETE FROM jobs WHERE seq = ?'),
    toTell: database.prepare('SELECT * FROM jobs WHERE notice_at <= ? ORDER BY notice_at LIMIT ?'),
    claimNotice: database.prepare(
      `UPDATE jobs SET notice_at = @until, notice_tries = notice_tries + 1
       WHERE seq = @seq AND notice_at = @at AND notice_tries = @tries`,
    ),
    told: database.prepare('UPDATE jobs SET notice_at = @again WHERE seq = @seq'),
    prune: database.prepare(
      `DELETE FROM jobs WHERE seq IN (SELECT seq FROM jobs
         WHERE gone_at <= ? AND status NOT IN ('queued', 'running') LIMIT ?)`,
    ),
  };
}
