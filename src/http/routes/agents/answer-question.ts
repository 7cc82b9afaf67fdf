import { HarnessError } from '../../../core/errors.ts';
import type { ClientEvent } from '../../../core/session-event.ts';
import type { OwnedQuestion, Sessions } from '../../../core/sessions.ts';

/** Answers what an agent asks. Throws `SESSION_CONFLICT` where it was settled before. */
export async function answerQuestion(
  sessions: Sessions,
  { owner, question: { status, sessionId } }: OwnedQuestion,
  confirmation: ClientEvent,
): Promise<void> {
  if (status !== 'pending') throw new HarnessError('SESSION_CONFLICT', `The request was settled before: ${status}.`);
  await sessions.send(owner, sessionId, [confirmation]).catch(throwWithoutField);
}

/** The field is one of another request. */
function throwWithoutField(error: unknown): never {
  if (!(error instanceof HarnessError) || error.facts.param === undefined) throw error;
  throw new HarnessError(error.code, error.message, { cause: error });
}
