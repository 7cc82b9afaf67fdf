import { itemPageQuery } from '../../dialect/openai-responses/item-list.ts';
import { retrieveQuery } from '../../dialect/openai-responses/retrieve-query.ts';
import { responsesDescription } from '../../dialect/openai-responses/description.ts';
import { deletedResponse, itemPage } from '../../dialect/openai-responses/response-schema.ts';
import { openAiFormat } from './errors-format.ts';
import { underApi } from './failures.ts';
import { everyAnswer } from './headers.ts';
import {
  jsonAnswer,
  operation,
  pathParameter,
  queryParameter,
  queryParameters,
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

const include = queryParameter(
  'include[]',
  { type: 'array', items: { type: 'string' } },
  '`reasoning.encrypted_content`: includes what later requests need to return the thinking. Also accepted as `include`.',
);

/** What is kept of OpenAI's Responses API. */
export const storedResponseOperations = {
  get: stored({
    id: 'getResponse',
    summary: 'A stored response, or one that is made in the background',
    parameters: [
      ...queryParameters(retrieveQuery, {
        stream: 'The events of a background response, while it runs and for ten minutes afterwards.',
        starting_after: 'The number of the last event that the client has received.',
      }),
      include,
    ],
    answers: { 200: streamableAnswer('The response in its present state.', everyAnswer, response, events) },
  }),
  delete: stored({
    id: 'deleteResponse',
    summary: 'Deletes a response, and stops it if it is still running',
    answers: { 200: jsonAnswer('The response is deleted.', everyAnswer, deleted) },
  }),
  cancel: stored({
    id: 'cancelResponse',
    summary: 'Stops a background response',
    answers: { 200: jsonAnswer('The response in its final state.', everyAnswer, response) },
  }),
  inputItems: stored({
    id: 'listInputItems',
    summary: "The items of the request's own input",
    parameters: queryParameters(itemPageQuery, {
      after: 'The id of the last item that the client has received.',
      order: 'The last item comes first by default.',
      limit: 'The maximum number of items.',
    }),
    answers: { 200: jsonAnswer('A page of items.', everyAnswer, page) },
  }),
} satisfies Record<string, Operation>;
