import type { Request, RequestHandler } from 'express';
import { withoutEncrypted } from '../../dialect/openai-responses/encrypted-content.ts';
import { responses as endpoint } from '../../dialect/openai-responses/endpoint.ts';
import { toItemPage } from '../../dialect/openai-responses/item-list.ts';
import { parseRetrieveQuery } from '../../dialect/openai-responses/retrieve-query.ts';
import type { WireResponse } from '../../dialect/openai-responses/types.ts';
import type { StoredResponse } from '../../feature/responses/response-store.ts';
import { followResponse } from '../follow-response.ts';
import { everyBase, type Route, type RouteServices } from './route.ts';

const operations = async () => (await import('../openapi/stored-response-operations.ts')).storedResponseOperations;
const shared = { bases: everyBase, api: endpoint };
const path = '/v1/responses/:id';

/** What can be done with a response that is kept, or being made in the background. */
export const storedResponseRoutes: readonly Route[] = [
  { ...shared, method: 'get', path, handle: retrieve, describe: async () => (await operations()).get },
  { ...shared, method: 'delete', path, handle: forget, describe: async () => (await operations()).delete },
  {
    ...shared,
    method: 'post',
    path: `${path}/cancel`,
    handle: cancel,
    describe: async () => (await operations()).cancel,
  },
  {
    ...shared,
    method: 'get',
    path: `${path}/input_items`,
    handle: listInputItems,
    describe: async () => (await operations()).inputItems,
  },
];

function retrieve({ responses, silenceMs }: RouteServices): RequestHandler {
  return async (req, res) => {
    const id = idOf(req);
    const entry = await responses.get(id);
    const { stream, startingAfter, includeEncrypted } = parseRetrieveQuery(req.query);
    if (stream) await followResponse(responses.run(id), startingAfter + 1, res, silenceMs);
    else res.json(toWire(entry, includeEncrypted));
  };
}

function forget({ responses }: RouteServices): RequestHandler {
  return async (req, res) => {
    const id = idOf(req);
    await responses.delete(id);
    res.json({ id, object: 'response', deleted: true });
  };
}

function cancel({ responses }: RouteServices): RequestHandler {
  return async (req, res) => {
    res.json(toWire(await responses.cancel(idOf(req)), false));
  };
}

function listInputItems({ responses }: RouteServices): RequestHandler {
  return async (req, res) => {
    const { inputItems } = await responses.get(idOf(req));
    res.json(toItemPage(inputItems, req.query));
  };
}

function idOf({ params }: Request): string {
  return String(params['id']);
}

/** What is stored has been a response of this dialect. */
function toWire({ response }: StoredResponse, includeEncrypted: boolean): object {
  return includeEncrypted ? response : withoutEncrypted(response as WireResponse);
}
