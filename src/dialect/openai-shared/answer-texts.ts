import { HarnessError } from '../../core/errors.ts';

/** The CLI began the answer again when a part of it was with the client already. */
export function answerRestarted(): HarnessError {
  return new HarnessError(
    'ANSWER_RESTARTED',
    'The connection to the model broke and the answer began again after a part of it had been sent. Ask again.',
  );
}

/** Clients take a null `refusal` for an answer, so a refusal without words gets these. */
export const wordlessRefusal = 'The model declined to answer.';
