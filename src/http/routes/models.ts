import { Router } from 'express';
import { HarnessError } from '../../core/errors.ts';
import type { ServiceStatus } from '../../core/status.ts';
import { toWireModel, toWireModelList } from '../../dialect/anthropic-messages/models.ts';
import { toDetailedModel, toModelList } from '../../dialect/openai-chat/models.ts';
import { speaksAnthropic } from '../speaks-anthropic.ts';

/** The models that can be asked for, in the shape of the API that the client speaks. `created` is Unix seconds. */
export function modelRoutes(status: ServiceStatus, created: number): Router {
  const router = Router();
  router.get('/v1/models', async (req, res) => {
    const models = await status.models();
    res.json(speaksAnthropic(req) ? toWireModelList(models, req.query) : toModelList(models, created));
  });
  // A wildcard, since names in `models.aliases` may contain slashes.
  router.get('/v1/models/*id', async (req, res) => {
    const id = req.params.id.join('/');
    const model = (await status.models()).find((candidate) => candidate.id === id);
    if (model === undefined) {
      throw new HarnessError('MODEL_NOT_FOUND', 'There is no such model; GET /v1/models lists them.', {
        param: 'model',
      });
    }
    const contextWindow = await status.contextWindow(model.id);
    res.json(speaksAnthropic(req) ? toWireModel(model, contextWindow) : toDetailedModel(model, created, contextWindow));
  });
  return router;
}
