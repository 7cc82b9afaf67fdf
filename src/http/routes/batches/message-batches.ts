import type { Request, RequestHandler } from 'express';
import type { BatchRequest } from '../../../core/batches.ts';
import { HarnessError } from '../../../core/errors.ts';
import { messages } from '../../../dialect/anthropic-messages/endpoint.ts';
import { toDeletedBatch, toProgress, toWireBatch, toWirePage } from '../../../dialect/message-batches/batches.ts';
import { fromListQuery } from '../../../dialect/message-batches/query.ts';
import { BatchItems } from '../../../dialect/message-batches/requests.ts';
import { resultsType, toResultLine } from '../../../dialect/message-batches/results.ts';
import { requireJson } from '../../middleware/json-body.ts';
import { maxDepth } from '../../middleware/json-depth.ts';
import { ownUrl } from '../../own-url.ts';
import { readJsonList } from '../../read-json-list.ts';
import { readQuery } from '../../read-query.ts';
import { recordOf } from '../../record-of.ts';
import { sendLines } from '../../send-lines.ts';
import { readStreamedBody } from '../../streamed-body.ts';
import { callerOf, idOf } from '../agents/agent-route.ts';
import type { Route, RouteServices } from '../route.ts';
import { batchRoute } from './batch-route.ts';
import { createBodyCheck } from './body-checks.ts';

const family = 'anthropic';
const api = messages;
const list = '/v1/messages/batches';
const one = `${list}/:id`;

/** As the API has it. */
const maxBytes = 256 * 1024 ** 2;
/** The deepest of a request's own fields, and the request and its `params` around it. */
const itemDepth = maxDepth + 2;

/** Anthropic's Message Batches. */
export const messageBatchRoutes: readonly Route[] = [
  batchRoute({ method: 'post', path: list, api, body: () => [requireJson], handle: create, operation: 'create' }),
  batchRoute({ method: 'get', path: list, api, handle: listAll, operation: 'list' }),
  batchRoute({ method: 'get', path: one, api, handle: show, operation: 'get' }),
  batchRoute({ method: 'delete', path: one, api, handle: forget, operation: 'delete' }),
  batchRoute({ method: 'post', path: `${one}/cancel`, api, handle: cancel, operation: 'cancel' }),
  batchRoute({ method: 'get', path: `${one}/results`, api, handle: sendResults, operation: 'results' }),
];

function create(services: RouteServices): RequestHandler {
  return async (req, res) => {
    const betas = req.get('anthropic-beta');
    const draft = {
      family,
      idPrefix: 'msgbatch_',
      metadata: {},
      // Its requests are asked with the header that they came with.
      details: betas === undefined ? {} : { 'anthropic-beta': betas },
    } as const;
    const batch = await services.batches.create(callerOf(res), recordOf(res).client, draft, requestsOf(req, services));
    res.json(toWireBatch(batch, resultsUrl(req, batch.id)));
  };
}

async function* requestsOf(req: Request, services: RouteServices): AsyncGenerator<BatchRequest, void, undefined> {
  const items = new BatchItems(createBodyCheck(messages, services, (name) => req.get(name)));
  const body = readStreamedBody(req, maxBytes, tooLarge);
  const options = { field: 'requests', maxItemBytes: services.bodyLimitBytes, maxDepth: itemDepth };
  for await (const item of readJsonList(body, options)) yield await items.read(item);
  items.end();
}

function tooLarge(): HarnessError {
  return new HarnessError('BODY_TOO_LARGE', 'A batch may have 256 MB; send the requests as several batches.');
}

function listAll({ batches }: RouteServices): RequestHandler {
  return async (req, res) => {
    const page = await batches.list(callerOf(res), family, fromListQuery(readQuery(req)));
    res.json(toWirePage(page, (id) => resultsUrl(req, id)));
  };
}

function show({ batches }: RouteServices): RequestHandler {
  return async (req, res) => {
    const batch = await batches.get(callerOf(res), family, idOf(req));
    res.set('x-claude-harness-progress', toProgress(batch));
    res.json(toWireBatch(batch, resultsUrl(req, batch.id)));
  };
}

function cancel({ batches }: RouteServices): RequestHandler {
  return async (req, res) => {
    const batch = await batches.cancel(callerOf(res), family, idOf(req));
    res.json(toWireBatch(batch, resultsUrl(req, batch.id)));
  };
}

function forget({ batches }: RouteServices): RequestHandler {
  return async (req, res) => {
    const id = idOf(req);
    await batches.delete(callerOf(res), family, id);
    res.json(toDeletedBatch(id));
  };
}

function sendResults({ batches }: RouteServices): RequestHandler {
  return async (req, res) => {
    const caller = callerOf(res);
    const { id, status } = await batches.get(caller, family, idOf(req));
    if (status !== 'ended') {
      throw new HarnessError(
        'BATCH_CONFLICT',
        'The batch has not ended, so that it has no results yet; ask for it until its processing_status is ended.',
      );
    }
    await sendLines(req, res, resultsType, resultLines(batches.results(caller, family, id)));
  };
}

async function* resultLines(
  results: ReturnType<RouteServices['batches']['results']>,
): AsyncGenerator<string, void, undefined> {
  for await (const result of results) yield toResultLine(result);
}

function resultsUrl(req: Request, id: string): string {
  return ownUrl(req, `${list}/${encodeURIComponent(id)}/results`);
}
