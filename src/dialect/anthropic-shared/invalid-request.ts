import { HarnessError } from '../../core/errors.ts';

/**
 * The error for a field that is not what it should be, worded as the Messages API does it: the field's path, a colon,
 * and what is wrong. It must not quote the field's value, which may be part of a prompt.
 */
export function invalidRequest(field: string, problem: string): HarnessError {
  return new HarnessError('INVALID_REQUEST', `${field}: ${problem}`, { param: field });
}

/** Writes a path as the Messages API does: `messages.2.content.0.source`. */
export function toField(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}
