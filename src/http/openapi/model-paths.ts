import { underApi, upstream } from './failures.ts';
import { everyAnswer } from './headers.ts';
import {
  at,
  jsonAnswer,
  operation,
  pathParameter,
  queryParameter,
  type Operation,
  type PathItem,
} from './operation.ts';

const shape = {
  name: 'anthropic-version',
  in: 'header',
  schema: { type: 'string' },
  description: 'Any: the answer has Anthropic’s shape. Without it, it has OpenAI’s.',
};

const page = [
  queryParameter('limit', { type: 'integer', minimum: 1, maximum: 1000, default: 20 }, 'Anthropic’s shape only.'),
  queryParameter('after_id', { type: 'string' }, 'Anthropic’s shape only: what comes after this model.'),
  queryParameter('before_id', { type: 'string' }, 'Anthropic’s shape only: what comes before this model.'),
];

const list = (id: string): Operation =>
  operation({
    id,
    tag: 'Models',
    summary: 'The models that can be asked for',
    parameters: page,
    answers: { 200: jsonAnswer('The models.', everyAnswer, 'ModelList', 'AnthropicModelList') },
    failures: [...underApi, ...upstream, 'INVALID_REQUEST'],
    envelope: 'either',
    headers: everyAnswer,
  });

/** The models, in the shape of either API. */
export const modelPaths: Readonly<Record<string, PathItem>> = {
  '/v1/models': { parameters: [shape], get: list('listModels') },
  '/models': { parameters: [shape], ...at('/sdk', '/api'), get: list('listModelsElsewhere') },
  '/v1/models/{id}': {
    parameters: [shape, pathParameter('id', 'The name of the model; slashes in it may stand as they are.')],
    get: operation({
      id: 'getModel',
      tag: 'Models',
      summary: 'A model, with what it can do',
      answers: { 200: jsonAnswer('The model.', everyAnswer, 'DetailedModel', 'AnthropicModel') },
      failures: [...underApi, ...upstream, 'INVALID_REQUEST', 'MODEL_NOT_FOUND'],
      envelope: 'either',
      headers: everyAnswer,
    }),
  },
};
