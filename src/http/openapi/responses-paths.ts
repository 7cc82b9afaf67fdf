import { itemPageQuery } from '../../dialect/openai-responses/item-list.ts';
import { retrieveQuery } from '../../dialect/openai-responses/retrieve-query.ts';
import { answering, underApi } from './failures.ts';
import { everyAnswer, turnAnswer } from './headers.ts';
import { toJsonSchema } from './json-schema.ts';
import {
  jsonAnswer,
  operation,
  pathParameter,
  queryParameter,
  streamableAnswer,
  type OperationOptions,
  type PathItem,
} from './operation.ts';

const examples = {
  text: {
    summary: 'A question',
    value: { model: 'sonnet', instructions: 'Answer in one sentence.', input: 'Why is the sky blue?' },
  },
  stream: {
    summary: 'Streamed, with its thinking told',
    value: {
      model: 'sonnet',
      input: [{ role: 'user', content: 'How many primes are below 100?' }],
      reasoning: { effort: 'high', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
      store: false,
      stream: true,
    },
  },
  background: { summary: 'In the background', value: { model: 'opus', input: 'Write an essay.', background: true } },
  result: {
    summary: "A function's result",
    value: {
      model: 'sonnet',
      input: [
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'What is the weather in Oslo?' }] },
        { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"Oslo"}' },
        { type: 'function_call_output', call_id: 'call_1', output: 'Rain, 8 degrees' },
      ],
      tools: [
        {
          type: 'function',
          name: 'weather',
          parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        },
      ],
      tool_choice: 'auto',
    },
  },
};

const id = pathParameter('id', 'The id of the response.');

function stored(
  options: Pick<OperationOptions, 'id' | 'summary' | 'answers'> & Partial<OperationOptions>,
): ReturnType<typeof operation> {
  return operation({
    tag: 'OpenAI',
    failures: [...underApi, 'INVALID_REQUEST', 'RESPONSE_NOT_FOUND'],
    envelope: 'openai',
    headers: everyAnswer,
    ...options,
  });
}

/** The query as its schema has it, each field with what it is for. */
function queryOf(
  schema: typeof itemPageQuery | typeof retrieveQuery,
  about: Readonly<Record<string, string>>,
): object[] {
  const { properties } = toJsonSchema(schema, 'input') as { properties: Record<string, object> };
  return Object.entries(properties).map(([name, field]) => queryParameter(name, field, about[name] ?? ''));
}

const include = queryParameter(
  'include[]',
  { type: 'array', items: { type: 'string' } },
  '`reasoning.encrypted_content`: reasoning items with what later requests give back. Also as `include`.',
);

/** OpenAI's Responses API, and what is kept of it. */
export const responsesPaths: Readonly<Record<string, PathItem>> = {
  '/v1/responses': {
    post: operation({
      id: 'createResponse',
      tag: 'OpenAI',
      summary: 'A response: streamed, whole or in the background',
      description:
        'Further fields of OpenAI’s are accepted, have no effect, and are named in `x-claude-harness-ignored`.\n\n' +
        'With `stream: true` each event has its type for a name; a failure is `response.failed` and an `error` event.',
      body: { schema: 'ResponseRequest', examples },
      answers: { 200: streamableAnswer('The response.', turnAnswer, 'Response', ['ResponseEvent']) },
      failures: [...answering, 'PREVIOUS_RESPONSE_NOT_FOUND'],
      envelope: 'openai',
      headers: turnAnswer,
    }),
  },
  '/v1/responses/{id}': {
    parameters: [id],
    get: stored({
      id: 'getResponse',
      summary: 'A response that is kept, or made in the background',
      parameters: [
        ...queryOf(retrieveQuery, {
          stream: 'The events of a background response, while it is being made and a few minutes after.',
          starting_after: 'The number of the last event that the client has.',
        }),
        include,
      ],
      answers: { 200: streamableAnswer('The response as it is.', everyAnswer, 'Response', ['ResponseEvent']) },
    }),
    delete: stored({
      id: 'deleteResponse',
      summary: 'Forgets a response, and ends it if it is still being made',
      answers: { 200: jsonAnswer('It is forgotten.', everyAnswer, 'DeletedResponse') },
      failures: [...underApi, 'INVALID_REQUEST', 'RESPONSE_NOT_FOUND'],
    }),
  },
  '/v1/responses/{id}/cancel': {
    parameters: [id],
    post: stored({
      id: 'cancelResponse',
      summary: 'Ends a response in the background',
      answers: { 200: jsonAnswer('The response as it is then.', everyAnswer, 'Response') },
    }),
  },
  '/v1/responses/{id}/input_items': {
    parameters: [id],
    get: stored({
      id: 'listInputItems',
      summary: "The request's own items",
      parameters: queryOf(itemPageQuery, {
        after: 'The id of the last item that the client has.',
        order: 'The last one first unless asked otherwise.',
        limit: 'How many.',
      }),
      answers: { 200: jsonAnswer('A page of them.', everyAnswer, 'ItemPage') },
    }),
  },
};
