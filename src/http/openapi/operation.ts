import type { ErrorCode } from '../../core/errors.ts';
import { failureResponses, type Envelope } from './failures.ts';
import { headerRefs, type HeaderName } from './headers.ts';
import { schemaRef, type SchemaName } from './schemas.ts';

/** What a method of a path does, in the words of the description. */
export type Operation = Readonly<Record<string, unknown>>;
/** What a path has for all its methods, and its methods. */
export type PathItem = Readonly<Record<string, unknown>>;

interface Example {
  summary: string;
  value: object;
}

export interface OperationOptions {
  id: string;
  tag: 'OpenAI' | 'Anthropic' | 'Models' | 'Service';
  summary: string;
  description?: string;
  /** Open to everybody; who has a token may be told more. */
  isPublic?: boolean;
  parameters?: readonly object[];
  body?: { schema: SchemaName; examples: Readonly<Record<string, Example>> };
  /** Answers that are no failures, by their status. */
  answers: Readonly<Record<number, object>>;
  failures: readonly ErrorCode[];
  envelope: Envelope;
  /** Of failures. */
  headers: readonly HeaderName[];
}

export function operation(options: OperationOptions): Operation {
  const { id, tag, summary, description, parameters, body, answers, failures, envelope, headers } = options;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    ...(options.isPublic === true && { security: [{}] }),
    ...(parameters !== undefined && { parameters }),
    ...(body !== undefined && { requestBody: requestBody(body) }),
    responses: { ...failureResponses(failures, envelope, headers), ...answers },
  };
}

function requestBody({ schema, examples }: NonNullable<OperationOptions['body']>): object {
  return { required: true, content: { 'application/json': { schema: schemaRef(schema), examples } } };
}

/** An answer in JSON; of several schemas one. */
export function jsonAnswer(description: string, headers: readonly HeaderName[], ...names: SchemaName[]): object {
  return { description, headers: headerRefs(headers), content: { 'application/json': { schema: anyOf(names) } } };
}

/** An answer that is whole, or a stream whose events have one of the schemas each. */
export function streamableAnswer(
  description: string,
  headers: readonly HeaderName[],
  whole: SchemaName,
  events: readonly SchemaName[],
): object {
  return {
    description,
    headers: headerRefs(headers),
    content: {
      'application/json': { schema: schemaRef(whole) },
      'text/event-stream': { schema: { description: 'The `data` of one event.', ...anyOf(events) } },
    },
  };
}

function anyOf(names: readonly SchemaName[]): object {
  const [first, ...others] = names.map(schemaRef);
  return first !== undefined && others.length === 0 ? first : { anyOf: names.map(schemaRef) };
}

export function pathParameter(name: string, description: string): object {
  return { name, in: 'path', required: true, description, schema: { type: 'string' } };
}

export function queryParameter(name: string, schema: object, description: string): object {
  return { name, in: 'query', schema, description };
}

/** Where a path is found: under the root, and where other harnesses have it. */
export function at(...urls: ('/' | '/sdk' | '/api')[]): { servers: object[] } {
  return { servers: urls.map((url) => ({ url })) };
}
