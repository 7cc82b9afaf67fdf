import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { createDocument, type OpenApiDocument } from '../../../src/http/openapi/document.ts';
import { endpoints, routesFor } from '../../../src/http/routes/table.ts';
import { headers as describedHeaders } from '../../../src/http/openapi/headers.ts';
import type { Reply } from '../test-app.ts';

export type Method = 'get' | 'post' | 'delete';

interface DescribedResponse {
  headers: Record<string, object>;
  content: Record<string, { schema: object }>;
}

export interface DescribedOperation {
  method: Method;
  path: string;
  /** The headings under which it stands. */
  tags: string[];
  /** What stands before the path; the first one is the usual. */
  bases: string[];
  /** In JSON, or as a form. */
  requestBody?: { content: { 'application/json'?: { schema: object; examples: Record<string, { value: object }> } } };
  responses: Record<string, DescribedResponse>;
}

export const document: OpenApiDocument = await createDocument(routesFor(endpoints));

const formats = {
  // Beside it stands its pattern.
  'date-time': true,
  uri: (value: string) => URL.canParse(value),
} as const;
const ajv = new Ajv2020({ strict: false, allErrors: true, formats }).addSchema(document, 'api');

interface Servers {
  servers?: readonly { url: string }[];
}

export const operations: DescribedOperation[] = Object.entries(document.paths).flatMap(([path, item]) =>
  (['get', 'post', 'delete'] as const).flatMap((method) => {
    const operation = item[method] as Omit<DescribedOperation, 'method' | 'path' | 'bases'> | undefined;
    if (operation === undefined) return [];
    const servers = (item as Servers).servers ?? document.servers;
    return [{ ...operation, method, path, bases: servers.map(({ url }) => url.replace(/\/$/, '')) }];
  }),
);

export function operationOf(method: Method, path: string): DescribedOperation {
  const found = operations.find((operation) => operation.method === method && operation.path === path);
  if (found === undefined) throw new Error(`${method} ${path} is not described`);
  return found;
}

/** The check of what stands at a place in the description. */
export function schemaAt(...steps: string[]): ValidateFunction {
  const pointer = steps.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
  const validate = ajv.getSchema(`api#/${pointer}`);
  if (validate === undefined) throw new Error(`there is no schema at ${pointer}`);
  return validate as ValidateFunction;
}

export function expectValid(validate: ValidateFunction, value: unknown): void {
  expect(validate(value) ? [] : [...(validate.errors ?? []), value]).toEqual([]);
}

/** The events of a stream, but for the word at its end. */
export const eventsIn = (text: string): unknown[] =>
  [...text.matchAll(/^data: (.*)$/gm)]
    .map(([, data = '']) => data)
    .filter((data) => data !== '[DONE]')
    .map((data) => JSON.parse(data) as unknown);

/** Fails where status, headers, content type or body are other than the description says. */
export function expectDescribed({ method, path, responses }: DescribedOperation, reply: Reply): void {
  const status = String(reply.status);
  const response = responses[status];
  if (response === undefined) throw new Error(`${method} ${path} may not answer ${status}: ${reply.text}`);
  expectHeaders(response, reply);
  const type = (reply.headers['content-type'] ?? '').split(';')[0] ?? '';
  expect(Object.keys(response.content)).toContain(type);
  const validate = schemaAt('paths', path, method, 'responses', status, 'content', type, 'schema');
  if (type === 'text/event-stream') {
    const events = eventsIn(reply.text);
    expect(events.length).toBeGreaterThan(0);
    for (const event of events) expectValid(validate, event);
  } else expectValid(validate, type === 'application/json' ? JSON.parse(reply.text) : reply.text);
}

function expectHeaders({ headers }: DescribedResponse, { headers: sent }: Reply): void {
  for (const [name, { schema, ...header }] of Object.entries(describedHeaders)) {
    const value = sent[name];
    if ('required' in header) expect(value).toBeDefined();
    if (value === undefined) continue;
    expect(Object.keys(headers)).toContain(name);
    expectValid(ajv.compile(schema), schema.type === 'integer' ? Number(value) : value);
  }
  const own = Object.keys(sent).filter((name) => name.startsWith('x-claude-harness'));
  expect(Object.keys(headers)).toEqual(expect.arrayContaining(own));
}
