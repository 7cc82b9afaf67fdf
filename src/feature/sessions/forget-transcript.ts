import type { RunContext } from './run-context.ts';
import type { StoredSession } from './session-row.ts';

/** Removes a transcript that nobody needs; what can't be removed is left, and logged. */
export async function forgetTranscript(
  { engine, log }: RunContext,
  { id, transcript }: Pick<StoredSession, 'id' | 'transcript'>,
): Promise<void> {
  try {
    await engine.forget(transcript);
  } catch (error) {
    log.warn('a transcript could not be removed', { session_id: id, error });
  }
}
