/** Nobody's owner is null. What is gone counts as deleted. */
const ofCaller = 'owner IS NOT DISTINCT FROM @owner AND gone_at > @now';
const isOpen = "status IN ('queued', 'running')";
const noticeAt = 'notice_at = CASE WHEN webhook IS NULL THEN NULL ELSE CAST(@at AS BIGINT) END';

export const countOpen = `SELECT count(*) AS count FROM jobs WHERE ${ofCaller} AND ${isOpen}`;
export const insert = `INSERT INTO jobs (id, owner, client, path, agent, machine, body, model, status, created_at, gone_at,
    webhook, metadata)
  VALUES (@id, @owner, @client, @path, @agent, @machine, @body, @model, 'queued', @created_at, @gone_at, @webhook, @metadata)
  RETURNING *`;
export const find = `SELECT * FROM jobs WHERE id = @id AND ${ofCaller}`;
export const list = `SELECT * FROM jobs WHERE ${ofCaller} AND seq < @before ORDER BY seq DESC LIMIT @limit`;

export const selectOpen = `SELECT seq, run_by, run_until FROM jobs
  WHERE ${isOpen}
    AND ((agent IS NULL AND @requests = 1) OR (agent IS NOT NULL AND coalesce(machine, @machine) = @machine))
  ORDER BY CASE WHEN run_by IS NULL OR run_until <= @now THEN 0 ELSE 1 END, seq LIMIT @limit`;
const isAsSeen = `seq = @seq AND ${isOpen} AND run_by IS NOT DISTINCT FROM @fromBy
    AND run_until IS NOT DISTINCT FROM @fromUntil`;
export const selectSeen = `SELECT seq FROM jobs WHERE ${isAsSeen}`;
export const claim = `UPDATE jobs
  SET status = 'running', run_by = @by, run_until = @until, started_at = coalesce(started_at, @at)
  WHERE ${isAsSeen} RETURNING *`;
export const renew = `UPDATE jobs SET run_until = @until WHERE ${isOpen} AND run_by = @by RETURNING seq`;
export const selectStatus = 'SELECT status FROM jobs WHERE seq = @seq';
export const release = `UPDATE jobs SET status = 'queued', run_by = NULL WHERE seq = @seq AND run_by = @by AND ${isOpen}`;
export const noteSession = 'UPDATE jobs SET session_id = @sessionId WHERE seq = @seq AND run_by = @by';
export const end = `UPDATE jobs SET status = @status, ended_at = @at, outcome = @outcome, run_by = NULL, ${noticeAt}
  WHERE seq = @seq AND run_by = @by AND ${isOpen}`;

export const stop = `UPDATE jobs SET status = 'stopped', ended_at = @at, run_by = NULL, ${noticeAt}
  WHERE id = @id AND ${ofCaller} AND ${isOpen}`;
export const deleteOne = `DELETE FROM jobs WHERE id = @id AND ${ofCaller} RETURNING seq`;
/** What waits for a machine that does not come back goes as well, and what nobody runs any more. */
export const deleteGone = `DELETE FROM jobs WHERE seq IN (SELECT seq FROM jobs
  WHERE gone_at <= @now AND (NOT (${isOpen}) OR run_by IS NULL OR run_until <= @now) LIMIT @limit)`;

export const toTell = 'SELECT * FROM jobs WHERE notice_at <= @now ORDER BY notice_at LIMIT @limit';
export const claimNotice = `UPDATE jobs SET notice_at = @until, notice_tries = notice_tries + 1
  WHERE seq = @seq AND notice_at = @at AND notice_tries = @tries`;
export const told = 'UPDATE jobs SET notice_at = @again WHERE seq = @seq';
