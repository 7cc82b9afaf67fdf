import type { ErrorCode } from '../../core/errors.ts';
import { messagesErrorKinds } from '../../dialect/anthropic-messages/errors.ts';
import { openAiErrorKinds } from '../../dialect/openai-shared/errors.ts';
import { headerRefs, type HeaderName } from './headers.ts';
import type { JsonSchema } from './json-schema.ts';
import { schemaRef } from './schemas.ts';

/** Whose envelope a failure has: that of the path's API, or that of the API whose headers the client sends. */
export type Envelope = 'openai' | 'anthropic' | 'either';

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
  'QUEUE_FULL',
  'QUEUE_TIMEOUT',
  'TURN_TIMEOUT',
  'IDLE_TIMEOUT',
  'PLAN_LIMIT_REACHED',
  'NOT_LOGGED_IN',
  'CLI_MISSING',
  'CLI_FAILED',
  'CLI_PROTOCOL',
  'DRAINING',
];
/** What can fail before a part of an answer has been sent. */
export const answering: readonly ErrorCode[] = [...prompting, 'UNSUPPORTED_PARAMETER', 'OUTPUT_INVALID'];

interface Failure {
  status: number;
  headers: readonly HeaderName[];
  envelope: Exclude<Envelope, 'either'>;
  /** What the field that names the failure says. */
  code: string;
}

/** The responses for these failures, by their status. */
export function failureResponses(
  codes: readonly ErrorCode[],
  envelope: Envelope,
  headers: readonly HeaderName[],
): Record<string, object> {
  const failures = codes.flatMap((code) => [
    ...(envelope === 'anthropic' ? [] : [asOpenAi(code)]),
    ...(envelope === 'openai' ? [] : [asAnthropic(code)]),
  ]);
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

function asOpenAi(code: ErrorCode): Failure {
  const { status, code: name, headers } = openAiErrorKinds[code];
  return { status, headers: headersOf(status, headers), envelope: 'openai', code: name };
}

function asAnthropic(code: ErrorCode): Failure {
  const { status, headers } = messagesErrorKinds[code];
  return { status, headers: headersOf(status, headers), envelope: 'anthropic', code: code.toLowerCase() };
}

/** What passes by itself may say when. */
function headersOf(status: number, headers: Readonly<Record<string, string>> = {}): HeaderName[] {
  const waits = status === 429 || status >= 500;
  return [...(Object.keys(headers) as HeaderName[]), ...(waits ? (['retry-after'] as const) : [])];
}

function toResponse(failures: readonly Failure[], common: readonly HeaderName[]): object {
  const names = [...new Set([...common, ...failures.flatMap(({ headers }) => headers)])];
  const schemas = (['openai', 'anthropic'] as const).flatMap((envelope) => {
    const codes = [...new Set(failures.filter((failure) => failure.envelope === envelope).map(({ code }) => code))];
    return codes.length === 0 ? [] : [schemaOf(envelope, codes)];
  });
  const [first] = schemas;
  return {
    description: [...new Set(failures.map(({ code }) => `\`${code}\``))].join(', '),
    headers: headerRefs(names),
    content: { 'application/json': { schema: schemas.length === 1 ? first : { anyOf: schemas } } },
  };
}

function schemaOf(envelope: Failure['envelope'], codes: readonly string[]): JsonSchema {
  const named = { enum: codes };
  const error =
    envelope === 'openai'
      ? { properties: { code: named } }
      : { properties: { details: { properties: { error_code: named } } } };
  const base = schemaRef(envelope === 'openai' ? 'OpenAiError' : 'AnthropicError');
  return { allOf: [base, { properties: { error } }] };
}
