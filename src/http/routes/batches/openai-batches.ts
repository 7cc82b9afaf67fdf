import type { RequestHandler } from 'express';
import type { Batch } from '../../../core/batches.ts';
import type { Endpoint } from '../../../core/endpoint.ts';
import { HarnessError } from '../../../core/errors.ts';
import type { StoredFile } from '../../../core/files.ts';
import type { Caller } from '../../../core/sessions.ts';
import { chatCompletions } from '../../../dialect/openai-chat/endpoint.ts';
import { completions } from '../../../dialect/openai-chat/text-endpoint.ts';
import { responses } from '../../../dialect/openai-responses/endpoint.ts';
import { toWireBatch, toWirePage } from '../../../dialect/openai-batches/batches.ts';
import {
  fromCreateBody,
  type BatchEndpoint,
  type CreateRequest,
} from '../../../dialect/openai-batches/create-request.ts';
import { fromListQuery } from '../../../dialect/openai-batches/query.ts';
import { setAnswerHeaders } from '../../answer-headers.ts';
import { jsonBody } from '../../middleware/json-body.ts';
import { readQuery } from '../../read-query.ts';
import { recordOf } from '../../record-of.ts';
import { callerOf, idOf } from '../agents/agent-route.ts';
import type { Route, RouteServices } from '../route.ts';
import { batchRoute } from './batch-route.ts';
import { createBodyCheck } from './body-checks.ts';
import { FaultyFileError, readFileRequests } from './file-requests.ts';

const family = 'openai';
const api = chatCompletions;
const list = '/v1/batches';
const one = `${list}/:id`;

/** As OpenAI has it. */
const maxFileBytes = 200 * 1024 ** 2;

const endpoints: Readonly<Record<BatchEndpoint, Pick<Endpoint, 'parse'>>> = {
  '/v1/chat/completions': chatCompletions,
  '/v1/responses': responses,
  '/v1/completions': completions,
};

const readBody = ({ bodyLimitBytes }: RouteServices): RequestHandler[] => jsonBody(bodyLimitBytes);

/** OpenAI's batches, whose requests and results are in files. */
export const openAiBatchRoutes: readonly Route[] = [
  batchRoute({ method: 'post', path: list, api, body: readBody, handle: create, operation: 'createFromFile' }),
  batchRoute({ method: 'get', path: list, api, handle: listAll, operation: 'listFromFiles' }),
  batchRoute({ method: 'get', path: one, api, handle: show, operation: 'getFromFile' }),
  batchRoute({ method: 'post', path: `${one}/cancel`, api, handle: cancel, operation: 'cancelFromFile' }),
];

function create(services: RouteServices): RequestHandler {
  return async (req, res) => {
    const asked = fromCreateBody(req.body, services.settings.unsupportedParams);
    const record = recordOf(res);
    record.ignored = asked.ignored;
    const batch = await createBatch(asked, { caller: callerOf(res), client: record.client }, services);
    setAnswerHeaders(res, record);
    res.json(toWireBatch(batch));
  };
}

interface Owner {
  caller: Caller;
  client: string | undefined;
}

/** All lines are read before it is there, so that it begins to run at once, or has failed. */
async function createBatch(asked: CreateRequest, { caller, client }: Owner, services: RouteServices): Promise<Batch> {
  const { files, batches, bodyLimitBytes: maxLineBytes } = services;
  const { endpoint, inputFileId } = asked;
  checkFile(await files.describe(caller, inputFileId, 'input_file_id'));
  const draft = toDraft(asked);
  const check = createBodyCheck(endpoints[endpoint], services, () => undefined);
  const { content } = await files.read(caller, inputFileId);
  try {
    const requests = readFileRequests(content, { endpoint, check, maxLineBytes });
    return await batches.create(caller, client, draft, requests);
  } catch (reason) {
    if (!(reason instanceof FaultyFileError)) throw reason;
    return await batches.create(caller, client, { ...draft, faults: reason.faults }, noRequests());
  }
}

function toDraft({ endpoint, inputFileId, metadata, outputSeconds }: CreateRequest) {
  const { webhook } = metadata;
  return {
    family,
    idPrefix: 'batch_',
    metadata,
    details: {
      endpoint,
      input_file_id: inputFileId,
      ...(outputSeconds !== undefined && { output_expires_after_seconds: String(outputSeconds) }),
    },
    ...(webhook !== undefined && { webhook }),
  } as const;
}

function checkFile({ purpose, sizeBytes }: StoredFile): void {
  if (purpose !== 'batch') {
    throw invalidFile(`input_file_id must name a file of purpose batch; the purpose of this one is ${purpose}.`);
  }
  if (sizeBytes > maxFileBytes) {
    throw invalidFile('input_file_id names a file of more than 200 MB; make several batches of its requests.');
  }
}

function invalidFile(problem: string): HarnessError {
  return new HarnessError('INVALID_REQUEST', problem, { param: 'input_file_id' });
}

async function* noRequests(): AsyncGenerator<never, void, undefined> {
  // Nothing: what it would read is wrong.
}

function listAll({ batches }: RouteServices): RequestHandler {
  return async (req, res) => {
    res.json(toWirePage(await batches.list(callerOf(res), family, fromListQuery(readQuery(req)))));
  };
}

function show({ batches }: RouteServices): RequestHandler {
  return async (req, res) => {
    res.json(toWireBatch(await batches.get(callerOf(res), family, idOf(req))));
  };
}

function cancel({ batches }: RouteServices): RequestHandler {
  return async (req, res) => {
    res.json(toWireBatch(await batches.cancel(callerOf(res), family, idOf(req))));
  };
}
