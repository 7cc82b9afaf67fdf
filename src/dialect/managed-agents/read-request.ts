import { z } from 'zod';
import { HarnessError } from '../../core/errors.ts';
import { toField } from '../anthropic-shared/invalid-request.ts';
import { expected } from '../anthropic-shared/schema-errors.ts';

/**
 * An object of a request. A field that it does not name is refused: to leave out what a client wants of an agent, such
 * as a bound on what it may do, can do harm.
 */
export function fields<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? 'Extra inputs are not permitted' : expected('an object')(issue),
  });
}

const unsupported = { unsupported: true };

/** A field that asks for what the harness does not do. Null asks for nothing. */
export function refused(reason: string) {
  return z
    .custom<null>((value) => value === null, { error: reason, params: unsupported })
    .meta({ wire: z.null() })
    .exactOptional();
}

/** The same of a list, which asks for nothing when it is empty. */
export function refusedUnlessEmpty(reason: string) {
  return z
    .custom<null | []>((value) => value === null || (Array.isArray(value) && value.length === 0), {
      error: reason,
      params: unsupported,
    })
    .meta({ wire: z.array(z.unknown()).max(0).nullable() })
    .exactOptional();
}

/** Throws `INVALID_REQUEST` or `UNSUPPORTED_PARAMETER` with the first field that is wrong; `whole` says what a body is. */
export function readRequest<Schema extends z.ZodType>(schema: Schema, value: unknown, whole: string): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue === undefined) throw new HarnessError('INVALID_REQUEST', whole);
  const isExtra = issue.code === 'unrecognized_keys';
  const path = isExtra ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
  if (path.length === 0) throw new HarnessError('INVALID_REQUEST', whole);
  const field = toField(path.map(toStep));
  const isUnsupported = isExtra || (issue.code === 'custom' && issue.params?.['unsupported'] === true);
  throw new HarnessError(isUnsupported ? 'UNSUPPORTED_PARAMETER' : 'INVALID_REQUEST', `${field}: ${issue.message}`, {
    param: field,
  });
}

/** Names of the client's own, such as keys of metadata, are repeated only where they are short and plain. */
function toStep(step: PropertyKey): PropertyKey {
  return typeof step === 'string' && !/^[\w.[\]-]{1,64}$/.test(step) ? '?' : step;
}
