import { HarnessError } from '../../../src/core/errors.ts';

/** Code and message of what `read` fails with; its field must be the one that the message begins with, if any. */
export function failureOf(read: () => unknown): { code: string; message: string; param: string | undefined } {
  try {
    read();
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    return { code: error.code, message: error.message, param: error.facts.param };
  }
  throw new Error('it was taken');
}
