import { HarnessError } from '../../core/errors.ts';

/** Also where it is another caller's, or of the other API. */
export function toBatchNotFound(id: string): HarnessError {
  return new HarnessError('BATCH_NOT_FOUND', `There is no batch ${id.slice(0, 100)}.`);
}
