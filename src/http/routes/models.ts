import type { Request, RequestHandler, Response } from 'express';
import type { ModelInfo } from '../../core/backend.ts';
import { HarnessError } from '../../core/errors.ts';
import { messages } from '../../dialect/anthropic-messages/endpoint.ts';
import { toWireModel, toWireModelList } from '../../dialect/anthropic-messages/models.ts';
import { toLiteLlmModelList, toModel, toModelList } from '../../dialect/openai-chat/models.ts';
import { apiOf } from '../requested-route.ts';
import { agentModelsOf } from './agent-model.ts';
import { everyBase, type Route, type RouteServices } from './route.ts';

/** The models that can be asked for, in the shape of the API that the client speaks. */
export const modelRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/v1/models',
    bases: everyBase,
    handle: listModels,
    describe: async () => {
      const { modelOperations, modelParts } = await import('../openapi/model-operations.ts');
      return { ...modelOperations.list, parts: modelParts };
    },
  },
  {
    method: 'get',
    // A wildcard, since names in `models.aliases` may contain slashes.
    path: '/v1/models/*id',
    bases: everyBase,
    handle: showModel,
    describe: async () => (await import('../openapi/model-operations.ts')).modelOperations.show,
  },
  {
    method: 'get',
    path: '/v1/model/info',
    bases: everyBase,
    handle: describeModels,
    describe: async () => (await import('../openapi/model-operations.ts')).modelOperations.liteLlm,
  },
  {
    method: 'get',
    path: '/models',
    bases: ['/sdk', '/api'],
    handle: listModels,
    describe: async () => (await import('../openapi/model-operations.ts')).modelOperations.listElsewhere,
  },
];

function listModels(services: RouteServices): RequestHandler {
  const created = nowInSeconds();
  return async (req, res) => {
    const models = await modelsOf(services, res);
    res.json(speaksAnthropic(req, res) ? toWireModelList(models, req.query) : toModelList(models, created));
  };
}

function describeModels(services: RouteServices): RequestHandler {
  return async (_req, res) => {
    res.json(toLiteLlmModelList(await modelsOf(services, res)));
  };
}

/** One of them, by the `id` of the path, which is a list of its segments. */
function showModel(services: RouteServices): RequestHandler {
  const created = nowInSeconds();
  return async (req, res) => {
    const id = [req.params['id'] ?? []].flat().join('/');
    const model = (await modelsOf(services, res)).find((candidate) => candidate.id === id);
    if (model === undefined) {
      throw new HarnessError('MODEL_NOT_FOUND', 'This model does not exist; GET /v1/models lists the available ones.', {
        param: 'model',
      });
    }
    res.json(speaksAnthropic(req, res) ? toWireModel(model) : toModel(model, created));
  };
}

/** Those of the backend, and the agents of the caller, which have the abilities of their models but for tools. */
async function modelsOf(services: RouteServices, res: Response): Promise<ModelInfo[]> {
  const models = await services.backend.models();
  const agents = agentModelsOf(services, res).map(({ id, model, profile }): ModelInfo => {
    const displayName = profile.description ?? `${profile.name} (an agent with ${model})`;
    return { ...models.find((one) => one.id === model), id, displayName, efforts: [], isAgent: true };
  });
  return [...models, ...agents];
}

function speaksAnthropic(req: Request, res: Response): boolean {
  return apiOf(req, res).dialect === messages.dialect;
}

/** Models have no date here; that of the service's start is as good as any. */
function nowInSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
