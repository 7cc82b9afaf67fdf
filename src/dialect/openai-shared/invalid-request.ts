import { HarnessError } from '../../core/errors.ts';

/**
 * The error for a field that is not what it should be. The message starts with the field's path, so `problem` goes on
 * from there: "must be a string." It must not quote the field's value, which may be part of a prompt.
 */
export function invalidRequest(param: string, problem: string): HarnessError {
  return new HarnessError('INVALID_REQUEST', `${param} ${problem}`, { param });
}

/** Writes a path as clients know it from OpenAI's documentation: `messages[2].content[0].image_url.url`. */
function toParam(path: readonly PropertyKey[]): string {
  let param = '';
  for (const step of path) {
    if (typeof step === 'number') param += `[${step}]`;
    else param += param === '' ? String(step) : `.${String(step)}`;
  }
  return param;
}

/** The error for an issue that a schema found; `about` is the message where the issue is with the body as a whole. */
export function toRequestError(
  issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined,
  about: string,
): HarnessError {
  if (issue === undefined || issue.path.length === 0) return new HarnessError('INVALID_REQUEST', about);
  return invalidRequest(toParam(issue.path), issue.message);
}
