import type { Express } from 'express';
import { withoutEncrypted } from '../../dialect/openai-responses/encrypted-content.ts';
import { toItemPage } from '../../dialect/openai-responses/item-list.ts';
import { parseRetrieveQuery } from '../../dialect/openai-responses/retrieve-query.ts';
import type { WireResponse } from '../../dialect/openai-responses/types.ts';
import type { StoredResponse } from '../../feature/responses/response-store.ts';
import type { Responses } from '../../feature/responses/responses.ts';
import { methodNotAllowed } from '../error-handler.ts';
import { followResponse } from '../follow-response.ts';

export interface StoredResponsesOptions {
  responses: Responses;
  silenceMs: number;
}

/** What can be done, under `path`, with a response that is kept, or being made in the background. */
export function mountStoredResponses(
  app: Express,
  path: string,
  { responses, silenceMs }: StoredResponsesOptions,
): void {
  app.get(`${path}/:id`, async (req, res) => {
    const { id } = req.params;
    const entry = responses.get(id);
    const { stream, startingAfter, includeEncrypted } = parseRetrieveQuery(req.query);
    if (stream) await followResponse(responses.run(id), startingAfter + 1, res, silenceMs);
    else res.json(toWire(entry, includeEncrypted));
  });
  app.delete(`${path}/:id`, async (req, res) => {
    const { id } = req.params;
    await responses.delete(id);
    res.json({ id, object: 'response', deleted: true });
  });
  app.all(`${path}/:id`, methodNotAllowed('GET, DELETE'));

  app.post(`${path}/:id/cancel`, async (req, res) => {
    res.json(toWire(await responses.cancel(req.params.id), false));
  });
  app.all(`${path}/:id/cancel`, methodNotAllowed('POST'));

  app.get(`${path}/:id/input_items`, (req, res) => {
    res.json(toItemPage(responses.get(req.params.id).inputItems, req.query));
  });
  app.all(`${path}/:id/input_items`, methodNotAllowed('GET'));
}

/** What is stored has been a response of this dialect. */
function toWire({ response }: StoredResponse, includeEncrypted: boolean): object {
  return includeEncrypted ? response : withoutEncrypted(response as WireResponse);
}
