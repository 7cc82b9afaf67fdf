import type { RequestHandler } from 'express';
import { HarnessError } from '../../core/errors.ts';
import type { Backend } from '../../core/backend.ts';
import { toWireModel, toWireModelList } from '../../dialect/anthropic-messages/models.ts';
import { toDetailedModel, toModelList } from '../../dialect/openai-chat/models.ts';
import { speaksAnthropic } from '../speaks-anthropic.ts';

type ModelStatus = Pick<Backend, 'models' | 'contextWindow'>;

/** The models that can be asked for, in the shape of the API that the client speaks. `created` is Unix seconds. */
export function listModels(status: Pick<ModelStatus, 'models'>, created: number): RequestHandler {
  return async (req, res) => {
    const models = await status.models();
    res.json(speaksAnthropic(req) ? toWireModelList(models, req.query) : toModelList(models, created));
  };
}

/** One of them, by the `id` of the path, which is a list of its segments. */
export function showModel(status: ModelStatus, created: number): RequestHandler {
  return async (req, res) => {
    const id = [req.params['id'] ?? []].flat().join('/');
    const model = (await status.models()).find((candidate) => candidate.id === id);
    if (model === undefined) {
      throw new HarnessError('MODEL_NOT_FOUND', 'There is no such model; GET /v1/models lists them.', {
        param: 'model',
      });
    }
    const contextWindow = await status.contextWindow(model.id);
    res.json(speaksAnthropic(req) ? toWireModel(model, contextWindow) : toDetailedModel(model, created, contextWindow));
  };
}
