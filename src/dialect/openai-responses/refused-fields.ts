import { HarnessError } from '../../core/errors.ts';

const isAbsent = (value: unknown): boolean => value === undefined || value === null;

/** What an answer without would look right and be wrong, with what to do instead. */
const refused: ReadonlyMap<string, string> = new Map([
  ['conversation', 'conversations are not kept here; use previous_response_id.'],
  ['prompt', 'there are no stored prompts; send instructions and input.'],
]);

/** Fields that are checked here, so that nobody else calls them unknown. */
export const checkedFields: ReadonlySet<string> = new Set(refused.keys());

/** Refuses what cannot be left out without the client noticing. */
export function refuseUnsupported(body: Readonly<Record<string, unknown>>): void {
  for (const [name, advice] of refused) {
    if (!isAbsent(body[name])) {
      throw new HarnessError('UNSUPPORTED_PARAMETER', `${name} is not supported: ${advice}`, { param: name });
    }
  }
}
