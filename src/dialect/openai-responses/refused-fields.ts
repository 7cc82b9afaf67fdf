import { HarnessError } from '../../core/errors.ts';

const isAbsent = (value: unknown): boolean => value === undefined || value === null;

/** Fields whose neglect would make an answer look right and be wrong, with what to do instead. */
const refused: ReadonlyMap<string, string> = new Map([
  ['conversation', 'conversations are not stored here; use previous_response_id.'],
  ['prompt', 'there are no stored prompts; send instructions and input.'],
]);

/** Fields that are checked here and must not be reported as unknown elsewhere. */
export const checkedFields: ReadonlySet<string> = new Set(refused.keys());

/** Refuses fields that cannot be ignored without misleading the client. */
export function refuseUnsupported(body: Readonly<Record<string, unknown>>): void {
  for (const [name, advice] of refused) {
    if (!isAbsent(body[name])) {
      throw new HarnessError('UNSUPPORTED_PARAMETER', `${name} is not supported: ${advice}`, { param: name });
    }
  }
}
