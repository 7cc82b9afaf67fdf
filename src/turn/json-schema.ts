import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import { LRUCache } from 'lru-cache';
import type { JsonSchema } from '../core/conversation.ts';
import { HarnessError } from '../core/errors.ts';
import { runBounded } from '../util/run-bounded.ts';

/** What is wrong with a value, such as `/city must be string`; `undefined` when nothing is. */
export type Validate = (value: unknown) => string | undefined;

// The package is CommonJS: its default export is the module's `default`.
const addFormats = addFormatsModule.default;

/** Schemas come from clients, with patterns that may take for ever, and every other request would wait for them. */
const timeoutMs = 500;
const maxCompiled = 200;
const compiled = new LRUCache<string, Validate>({ max: maxCompiled });

/**
 * Compiles a client's schema (any draft's common keywords). Throws `INVALID_REQUEST` that names `field` when it is no
 * schema, or takes too long.
 */
export function compileSchema(schema: JsonSchema, field: string): Validate {
  const key = JSON.stringify(schema);
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const validate = toValidate(compile(schema, field));
  compiled.set(key, validate);
  return validate;
}

function compile(schema: JsonSchema, field: string): ValidateFunction {
  // One for each schema: their `$id`s are strangers to one another.
  const ajv = new Ajv2020({
    strict: false,
    validateSchema: false,
    logger: false,
    // Makes the code of a schema that is used once or twice, at several times the cost.
    code: { optimize: false },
    // As most patterns were written for: `\\-` is an error under the `u` flag.
    unicodeRegExp: false,
  });
  addFormats(ajv);
  // Ajv's own word for a schema that is checked later, which nobody would wait for.
  const plain = { ...schema };
  delete plain['$async'];
  try {
    return runBounded(() => ajv.compile(plain), timeoutMs);
  } catch (cause) {
    const reason = isTimeout(cause) ? 'it takes too long to read' : messageOf(cause);
    throw new HarnessError('INVALID_REQUEST', `${field} is not a valid JSON schema: ${reason}.`, {
      param: field,
      cause,
    });
  }
}

function toValidate(validate: ValidateFunction): Validate {
  return (value) => {
    try {
      if (runBounded(() => validate(value), timeoutMs)) return undefined;
    } catch {
      return 'could not be checked in time';
    }
    const { instancePath, message, params } = validate.errors?.[0] ?? {};
    const extra: unknown = params?.['additionalProperty'];
    const name = typeof extra === 'string' ? ` (${extra})` : '';
    return `${instancePath ? `${instancePath} ` : ''}${message ?? 'does not match'}${name}`;
  };
}

/** The error of another context is no `Error` of this one. */
function isTimeout(cause: unknown): boolean {
  return (cause as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : 'no reason given';
}
