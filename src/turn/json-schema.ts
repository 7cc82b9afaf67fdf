import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { LRUCache } from 'lru-cache';
import type { JsonSchema } from '../core/conversation.ts';
import { HarnessError } from '../core/errors.ts';
import { runBounded } from '../util/run-bounded.ts';
import { toSchemaPattern } from './schema-pattern.ts';

/** What is wrong with a value, such as `/city must be string`; `undefined` when nothing is. */
export type Validate = (value: unknown) => string | undefined;

/** Schemas come from clients; a pattern of theirs may take forever, and every other request would wait for it. */
const timeoutMs = 500;
const maxCompiled = 200;
/** `code` is what a module that Ajv writes would need, which this one never does. */
const patterns = Object.assign((pattern: string) => toSchemaPattern(pattern), { code: 'new RegExp' });
const compiled = new LRUCache<string, Validate>({ max: maxCompiled });

/**
 * Compiles a client's schema (any draft's common keywords). Throws `INVALID_REQUEST` that names `field` when it is not
 * a valid schema, or takes too long.
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
  // One for each schema: their `$id`s must not clash.
  const ajv = new Ajv2020({
    strict: false,
    validateSchema: false,
    logger: false,
    // Optimizing costs several times as much, and a schema is used once or twice.
    code: { optimize: false, regExp: patterns },
    // 19.99 is a multiple of 0.01, though not in binary.
    multipleOfPrecision: 8,
    // A format is a remark, as in the standard: what a model takes for a date need not be one to a program.
    validateFormats: false,
  });
  // Ajv's own keyword for asynchronous schemas, whose result nobody would await.
  const plain = { ...schema };
  delete plain['$async'];
  try {
    return runBounded(() => ajv.compile(plain), timeoutMs);
  } catch (cause) {
    const reason = isTimeout(cause) ? 'it takes too long to compile' : messageOf(cause);
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

/** An error of another context is not an `Error` of this one. */
function isTimeout(cause: unknown): boolean {
  return (cause as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : 'no reason given';
}
