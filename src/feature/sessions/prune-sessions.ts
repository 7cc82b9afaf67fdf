import { deletedEvent } from './deleted-event.ts';
import { forgetTranscript } from './forget-transcript.ts';
import type { RunContext } from './run-context.ts';
import type { SessionRuns } from './session-runs.ts';

const hourMs = 60 * 60 * 1000;

/** How many transcripts are removed at a time that an earlier end of the service has left. */
const transcriptsAtOnce = 16;

/**
 * Deletes one session in which nothing has happened for `keepMs`, an hour at least, and what earlier deletions have left.
 * A session that waits for a client, or has events that wait, is kept for twice as long. Whether there is more to do.
 */
export async function pruneSessions(context: RunContext, runs: SessionRuns, keepMs: number): Promise<boolean> {
  const { sessions, feeds, now } = context;
  const quietMs = Math.max(keepMs, hourMs);
  const expired = await sessions.deleteExpired({
    now: now(),
    before: now() - quietMs,
    waitingBefore: now() - 2 * quietMs,
  });
  if (expired !== undefined) {
    feeds.end(expired.id, deletedEvent(context));
    await runs.discard(expired.id);
    await forgetTranscript(context, expired.transcript);
    return true;
  }
  const left = await sessions.listLeftTranscripts(transcriptsAtOnce);
  const removed = await Promise.all(left.map((transcript) => forgetTranscript(context, transcript)));
  return left.length === transcriptsAtOnce && removed.includes(true);
}
