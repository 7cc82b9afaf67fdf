import type { ErrorCode } from '../../core/errors.ts';
import { failuresOn, type ErrorsFormat, type WireFailure } from './errors-format.ts';
import { headerRefs, type HeaderName } from './headers.ts';
import type { JsonSchema } from './json-schema.ts';
import { schemaRef } from './components.ts';

/** What can fail wherever a request goes. */
export const anywhere: readonly ErrorCode[] = ['HOST_NOT_ALLOWED', 'INTERNAL'];
export const behindToken: readonly ErrorCode[] = [...anywhere, 'UNAUTHORIZED'];
export const underApi: readonly ErrorCode[] = [...behindToken, 'BACKEND_NOT_CONFIGURED'];
export const withBody: readonly ErrorCode[] = [
  ...underApi,
  'INVALID_REQUEST',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
];
/** What can fail on the way to the Messages API. */
export const upstream: readonly ErrorCode[] = [
  'RATE_LIMITED',
  'PERMISSION_DENIED',
  'API_KEY_REFUSED',
  'OVERLOADED',
  'UPSTREAM_ERROR',
  'UPSTREAM_UNREACHABLE',
];
/** What can fail while a process is asked. */
export const prompting: readonly ErrorCode[] = [
  ...withBody,
  ...upstream,
  'PROMPT_TOO_LONG',
  'MODEL_NOT_FOUND',
  'FILE_NOT_FOUND',
  'QUEUE_FULL',
  'QUEUE_TIMEOUT',
  'TURN_TIMEOUT',
  'IDLE_TIMEOUT',
  'PLAN_LIMIT_REACHED',
  'EXTRA_USAGE_REQUIRED',
  'NOT_LOGGED_IN',
  'CLI_MISSING',
  'CLI_FAILED',
  'CLI_PROTOCOL',
  'DRAINING',
];
/** What can fail where the model is an agent. */
const byAgent: readonly ErrorCode[] = ['SESSION_NOT_FOUND', 'SESSION_CONFLICT', 'AGENT_UNAVAILABLE'];
/** What can fail before a part of an answer has been sent. */
export const answering: readonly ErrorCode[] = [
  ...prompting,
  ...byAgent,
  'BUDGET_EXCEEDED',
  'UNSUPPORTED_PARAMETER',
  'OUTPUT_INVALID',
  'ANSWER_INTERRUPTED',
  'NOT_CACHED',
  'TURN_CANCELLED',
];

/** The responses for these failures, by their status. */
export function failureResponses(
  codes: readonly ErrorCode[],
  formats: readonly ErrorsFormat[],
  headers: readonly HeaderName[],
): Record<string, object> {
  const failures = codes.flatMap((code) =>
    formats.flatMap((format) => failuresOn(format, code).map((failure) => ({ format, ...failure }))),
  );
  const statuses = [...new Set(failures.map(({ status }) => status))].toSorted((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      toResponse(
        failures.filter((failure) => failure.status === status),
        headers,
      ),
    ]),
  );
}

type Failure = WireFailure & { format: ErrorsFormat };

function toResponse(failures: readonly Failure[], common: readonly HeaderName[]): object {
  const names = [...new Set([...common, ...failures.flatMap(({ headers }) => headers as HeaderName[])])];
  const formats = [...new Set(failures.map(({ format }) => format))];
  const schemas = formats.map((format) =>
    schemaOf(
      format,
      failures.filter((failure) => failure.format === format).map(({ code }) => code),
    ),
  );
  const [first] = schemas;
  return {
    description: [...new Set(failures.map(({ code }) => `\`${code}\``))].join(', '),
    headers: headerRefs(names),
    content: { 'application/json': { schema: schemas.length === 1 ? first : { anyOf: schemas } } },
  };
}

/** The envelope, with the codes that it may hold. */
function schemaOf({ schema, codeAt }: ErrorsFormat, codes: readonly string[]): JsonSchema {
  const base = schemaRef(schema);
  if (codeAt === undefined) return base;
  const named: JsonSchema = { enum: [...new Set(codes)] };
  return { allOf: [base, codeAt.reduceRight((inner, field) => ({ properties: { [field]: inner } }), named)] };
}
