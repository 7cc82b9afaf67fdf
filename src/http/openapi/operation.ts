import type { z } from 'zod';
import type { NamedSchema } from '../../core/endpoint.ts';
import type { ErrorCode } from '../../core/errors.ts';
import { schemaRef, type Referred } from './components.ts';
import type { ErrorsFormat } from './errors-format.ts';
import { failureResponses } from './failures.ts';
import { headerRefs, type HeaderName } from './headers.ts';
import { toJsonSchema } from './json-schema.ts';

/** What a method of a path does, in the words of the description, and the schemas that it refers to by name. */
export interface Operation extends Referred {
  item: Readonly<Record<string, unknown>>;
}

/** An answer that is no failure, and its schemas. */
export interface Answer {
  response: object;
  schemas: readonly NamedSchema[];
}

interface Example {
  summary: string;
  value: object;
}

export interface OperationOptions {
  id: string;
  tag: string;
  summary: string;
  description?: string;
  /** Open to everybody; who has a token may be told more. */
  isPublic?: boolean;
  parameters?: readonly object[];
  /** It may be missing where it `isOptional`. */
  body?: { schema: NamedSchema; examples: Readonly<Record<string, Example>>; isOptional?: boolean };
  /** The schema of a form with a file, where the body is one. */
  form?: object;
  /** Answers that are no failures, by their status. */
  answers: Readonly<Record<number, Answer>>;
  failures: readonly ErrorCode[];
  /** How failures may look. */
  formats: readonly ErrorsFormat[];
  /** Of failures. */
  headers: readonly HeaderName[];
}

export function operation(options: OperationOptions): Operation {
  const { id, tag, summary, description, parameters, body, form, answers, failures, formats, headers } = options;
  const responses = Object.entries(answers).map(([status, { response }]) => [status, response]);
  return {
    item: {
      operationId: id,
      tags: [tag],
      summary,
      ...(description !== undefined && { description }),
      ...(options.isPublic === true && { security: [{}] }),
      ...(parameters !== undefined && { parameters }),
      ...(body !== undefined && { requestBody: requestBody(body) }),
      ...(form !== undefined && {
        requestBody: { required: true, content: { 'multipart/form-data': { schema: form } } },
      }),
      responses: { ...failureResponses(failures, formats, headers), ...Object.fromEntries(responses) },
    },
    requests: body === undefined ? [] : [body.schema],
    answers: [...Object.values(answers).flatMap(({ schemas }) => schemas), ...formats.map(({ schema }) => schema)],
  };
}

function requestBody({ schema, examples, isOptional = false }: NonNullable<OperationOptions['body']>): object {
  return { required: !isOptional, content: { 'application/json': { schema: schemaRef(schema), examples } } };
}

/** An answer in JSON; of several schemas one. */
export function jsonAnswer(description: string, headers: readonly HeaderName[], ...schemas: NamedSchema[]): Answer {
  const content = { 'application/json': { schema: anyOf(schemas) } };
  return { response: { description, headers: headerRefs(headers), content }, schemas };
}

/** An answer in JSON, or for browsers a page. */
export function pageOrJsonAnswer(description: string, headers: readonly HeaderName[], schema: NamedSchema): Answer {
  const content = {
    'application/json': { schema: schemaRef(schema) },
    'text/html': { schema: { type: 'string' } },
  };
  return { response: { description, headers: headerRefs(headers), content }, schemas: [schema] };
}

/** An answer that is whole, or a stream whose events have one of the schemas each. */
export function streamableAnswer(
  description: string,
  headers: readonly HeaderName[],
  whole: NamedSchema,
  events: readonly NamedSchema[],
): Answer {
  const content = {
    'application/json': { schema: schemaRef(whole) },
    'text/event-stream': { schema: { description: 'The `data` of one event.', ...anyOf(events) } },
  };
  return { response: { description, headers: headerRefs(headers), content }, schemas: [whole, ...events] };
}

/** An answer that is a stream, whose events have one of the schemas each. */
export function streamAnswer(
  description: string,
  headers: readonly HeaderName[],
  events: readonly NamedSchema[],
): Answer {
  const schema = { description: 'The `data` of one event.', ...anyOf(events) };
  const content = { 'text/event-stream': { schema } };
  return { response: { description, headers: headerRefs(headers), content }, schemas: events };
}

/** An answer that is not JSON of this service's own making. */
export function contentAnswer(
  description: string,
  headers: readonly HeaderName[],
  type: string,
  schema: object,
): Answer {
  return { response: { description, headers: headerRefs(headers), content: { [type]: { schema } } }, schemas: [] };
}

function anyOf(schemas: readonly NamedSchema[]): object {
  const [first, ...others] = schemas.map(schemaRef);
  return first !== undefined && others.length === 0 ? first : { anyOf: schemas.map(schemaRef) };
}

export function pathParameter(name: string, description: string): object {
  return { name, in: 'path', required: true, description, schema: { type: 'string' } };
}

export function queryParameter(name: string, schema: object, description: string): object {
  return { name, in: 'query', schema, description };
}

export function headerParameter(name: string, schema: object, description: string): object {
  return { name, in: 'header', schema, description };
}

/** The query as its schema has it, each field with what it is for. */
export function queryParameters(schema: z.ZodType, about: Readonly<Record<string, string>>): object[] {
  const { properties } = toJsonSchema(schema, 'input') as { properties: Record<string, object> };
  return Object.entries(properties).map(([name, field]) => queryParameter(name, field, about[name] ?? ''));
}
