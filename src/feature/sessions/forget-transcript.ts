import type { RunContext } from './run-context.ts';

/** Removes a transcript that no session has any more. Whether it is gone; what can't be removed is tried again by a sweep. */
export async function forgetTranscript({ engine, sessions, log }: RunContext, transcript: string): Promise<boolean> {
  try {
    await engine.forget(transcript);
    await sessions.transcriptIsGone(transcript);
    return true;
  } catch (error) {
    log.warn('a transcript could not be removed', { transcript, error });
    return false;
  }
}
