import { Router } from 'express';
import { withoutEncrypted } from '../../dialect/openai-responses/encrypted-content.ts';
import { toItemPage } from '../../dialect/openai-responses/item-list.ts';
import { parseRetrieveQuery } from '../../dialect/openai-responses/retrieve-query.ts';
import type { WireResponse } from '../../dialect/openai-responses/types.ts';
import type { StoredResponse } from '../../feature/responses/response-store.ts';
import type { Responses } from '../../feature/responses/responses.ts';
import { followResponse } from '../follow-response.ts';

export interface StoredResponsesOptions {
  responses: Responses;
  silenceMs: number;
}

/** What can be done with a response that is kept, or being made in the background. */
export function storedResponses({ responses, silenceMs }: StoredResponsesOptions): Router {
  const router = Router();

  router.get('/v1/responses/:id', async (req, res) => {
    const { id } = req.params;
    const entry = responses.get(id);
    const { stream, startingAfter, includeEncrypted } = parseRetrieveQuery(req.query);
    if (stream) await followResponse(responses.run(id), startingAfter + 1, res, silenceMs);
    else res.json(toWire(entry, includeEncrypted));
  });

  router.delete('/v1/responses/:id', async (req, res) => {
    const { id } = req.params;
    await responses.delete(id);
    res.json({ id, object: 'response', deleted: true });
  });

  router.post('/v1/responses/:id/cancel', async (req, res) => {
    res.json(toWire(await responses.cancel(req.params.id), false));
  });

  router.get('/v1/responses/:id/input_items', (req, res) => {
    res.json(toItemPage(responses.get(req.params.id).inputItems, req.query));
  });

  return router;
}

/** What is stored has been a response of this dialect. */
function toWire({ response }: StoredResponse, includeEncrypted: boolean): object {
  return includeEncrypted ? response : withoutEncrypted(response as WireResponse);
}
