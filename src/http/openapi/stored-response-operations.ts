import { itemPageQuery } from '../../dialect/openai-responses/item-list.ts';
import { retrieveQuery } from '../../dialect/openai-responses/retrieve-query.ts';
import { responsesDescription } from '../../dialect/openai-responses/description.ts';
import { deletedResponse, itemPage } from '../../dialect/openai-responses/response-schema.ts';
import { openAiFormat } from './errors-format.ts';
import { underApi } from './failures.ts';
import { everyAnswer } from './headers.ts';
import { toJsonSchema } from './json-schema.ts';
import {
  jsonAnswer,
  operation,
  pathParameter,
  queryParameter,
  streamableAnswer,
  type Operation,
  type OperationOptions,
} from './operation.ts';

const { answer: response, events } = responsesDescription;
const deleted = { name: 'DeletedResponse', schema: deletedResponse };
const page = { name: 'ItemPage', schema: itemPage };

function stored({
  parameters = [],
  ...options
}: Pick<OperationOptions, 'id' | 'summary' | 'answers'> & Partial<OperationOptions>): Operation {
  return operation({
    tag: 'OpenAI',
    failures: [...underApi, 'INVALID_REQUEST', 'RESPONSE_NOT_FOUND'],
    formats: [openAiFormat],
    headers: everyAnswer,
    parameters: [pathParameter('id', 'The id of the response.'), ...parameters],
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

/** What is kept of OpenAI's Responses API. */
export const storedResponseOperations = {
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
    answers: { 200: streamableAnswer('The response as it is.', everyAnswer, response, events) },
  }),
  delete: stored({
    id: 'deleteResponse',
    summary: 'Forgets a response, and ends it if it is still being made',
    answers: { 200: jsonAnswer('It is forgotten.', everyAnswer, deleted) },
  }),
  cancel: stored({
    id: 'cancelResponse',
    summary: 'Ends a response in the background',
    answers: { 200: jsonAnswer('The response as it is then.', everyAnswer, response) },
  }),
  inputItems: stored({
    id: 'listInputItems',
    summary: "The request's own items",
    parameters: queryOf(itemPageQuery, {
      after: 'The id of the last item that the client has.',
      order: 'The last one first unless asked otherwise.',
      limit: 'How many.',
    }),
    answers: { 200: jsonAnswer('A page of them.', everyAnswer, page) },
  }),
} satisfies Record<string, Operation>;
