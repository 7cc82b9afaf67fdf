import { Router } from 'express';
import { HarnessError } from '../../core/errors.ts';
import type { ServiceStatus } from '../../core/status.ts';
import { toDetailedModel, toModelList } from '../../dialect/openai-chat/models.ts';

/** The models that can be asked for, in OpenAI's shape. `created` is Unix seconds. */
export function modelRoutes(status: ServiceStatus, created: number): Router {
  const router = Router();
  router.get('/v1/models', async (_req, res) => {
    res.json(toModelList(await status.models(), created));
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
    res.json(toDetailedModel(model, created, await status.contextWindow(model.id)));
  });
  return router;
}
