import { HarnessError } from './errors.ts';

/** The error of a stream that cannot take back what it has sent, when the turn says `restart`. */
export function answerRestarted(): HarnessError {
  return new HarnessError(
    'ANSWER_RESTARTED',
    'The connection to the model broke and the answer began again after a part of it had been sent. Ask again.',
  );
}
