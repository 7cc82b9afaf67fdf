import * as messageModels from '../../dialect/anthropic-messages/model-schema.ts';
import * as models from '../../dialect/openai-chat/model-schema.ts';
import { eitherFormat } from './errors-format.ts';
import { underApi, upstream } from './failures.ts';
import { everyAnswer } from './headers.ts';
import { jsonAnswer, operation, pathParameter, queryParameter, type Operation } from './operation.ts';

const shape = {
  name: 'anthropic-version',
  in: 'header',
  schema: { type: 'string' },
  description: 'With any value the answer has Anthropic’s format, without it OpenAI’s.',
};

const page = [
  queryParameter('limit', { type: 'integer', minimum: 1, maximum: 1000, default: 20 }, 'Anthropic’s format only.'),
  queryParameter('after_id', { type: 'string' }, 'Anthropic’s format only: the models after this one.'),
  queryParameter('before_id', { type: 'string' }, 'Anthropic’s format only: the models before this one.'),
];

const modelList = { name: 'ModelList', schema: models.chatModelList };
const anthropicModelList = { name: 'AnthropicModelList', schema: messageModels.wireModelList };
const liteLlmModelList = { name: 'LiteLlmModelList', schema: models.liteLlmModelList };
const model = { name: 'Model', schema: models.chatModel };
const anthropicModel = { name: 'AnthropicModel', schema: messageModels.wireModel };
export const modelParts = [model];

const list = (id: string): Operation =>
  operation({
    id,
    tag: 'Models',
    summary: 'The available models',
    parameters: [shape, ...page],
    answers: { 200: jsonAnswer('The models.', everyAnswer, modelList, anthropicModelList) },
    failures: [...underApi, ...upstream, 'INVALID_REQUEST'],
    formats: eitherFormat,
    headers: everyAnswer,
  });

/** The models, in the shape of either API. */
export const modelOperations = {
  list: list('listModels'),
  listElsewhere: list('listModelsElsewhere'),
  liteLlm: operation({
    id: 'getModelInfo',
    tag: 'Models',
    summary: 'The available models, in LiteLLM’s form',
    answers: { 200: jsonAnswer('The models.', everyAnswer, liteLlmModelList) },
    failures: [...underApi, ...upstream],
    formats: eitherFormat,
    headers: everyAnswer,
  }),
  show: operation({
    id: 'getModel',
    tag: 'Models',
    summary: 'A model, with its capabilities',
    parameters: [shape, pathParameter('id', 'The name of the model; slashes need no escaping.')],
    answers: { 200: jsonAnswer('The model.', everyAnswer, model, anthropicModel) },
    failures: [...underApi, ...upstream, 'INVALID_REQUEST', 'MODEL_NOT_FOUND'],
    formats: eitherFormat,
    headers: everyAnswer,
  }),
} satisfies Record<string, Operation>;
