import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { HarnessError } from '../../core/errors.ts';
import type { TurnEvent } from '../../core/turn-event.ts';
import { responseOfItem, toResponseId } from '../../dialect/openai-responses/ids.ts';
import { toListedItems } from '../../dialect/openai-responses/item-list.ts';
import {
  parseResponsesRequest,
  toResponsesTurn,
  type ResponsesRequest,
  type ResponsesTurn,
} from '../../dialect/openai-responses/request.ts';
import { ResponseStream } from '../../dialect/openai-responses/stream.ts';
import type { Responses } from '../../feature/responses/responses.ts';
import { followResponse } from '../follow-response.ts';
import { clientOf, recordOf, type RequestRecord } from '../../exchange/record.ts';
import { noteRequest, serveAnswer, type ServeOptions, type StreamForm, type WholeForm } from '../serve-answer.ts';
import { responseEvents } from '../stream-format.ts';
import { warn } from '../warning-header.ts';

export interface ResponsesRouteOptions extends ServeOptions {
  responses: Responses;
  unsupportedParams: 'ignore' | 'reject';
  showReasoning: boolean;
}

/** A request that has been read, and its answer as it comes to be. */
interface Answering {
  request: ResponsesRequest;
  turn: ResponsesTurn;
  recorder: ResponseStream;
  /** What is kept besides the response. */
  entry: { id: string; createdAt: number; inputItems: readonly object[]; previousId?: string };
}

/** `POST /v1/responses`. */
export function createResponse(options: ResponsesRouteOptions): RequestHandler {
  return async (req, res) => {
    const answering = read(req.body, options);
    if (answering.request.background) await answerInBackground(answering, res, options);
    else await answerNow(answering, res, options);
  };
}

function read(body: unknown, { responses, unsupportedParams, showReasoning }: ResponsesRouteOptions): Answering {
  const request = parseResponsesRequest(body);
  const { previousId } = request;
  const earlier = previousId === undefined ? [] : responses.itemsUntil(previousId);
  const turn = toResponsesTurn(request, { earlier, findItem }, unsupportedParams);
  const id = toResponseId(randomUUID().replaceAll('-', ''));
  const createdAt = Date.now();
  const recorder = new ResponseStream({
    ...request,
    id,
    createdAt,
    now: Date.now,
    showReasoning,
    hasOutput: turn.options.output !== undefined,
    buffered: !request.stream,
  });
  const inputItems = toListedItems(turn.items, id);
  return {
    request,
    turn,
    recorder,
    entry: { id, createdAt, inputItems, ...(previousId !== undefined && { previousId }) },
  };

  function findItem(itemId: string): object | undefined {
    const responseId = responseOfItem(itemId);
    return responseId === undefined ? undefined : responses.findItem(responseId, itemId);
  }
}

async function answerNow(answering: Answering, res: Response, options: ResponsesRouteOptions): Promise<void> {
  const { request, turn } = answering;
  const keep = (): void => {
    const { entry, recorder } = answering;
    const warning = request.store ? options.responses.save({ ...entry, response: recorder.whole }) : undefined;
    if (warning !== undefined) warn(res, warning);
  };
  const form = request.stream ? streamOf(answering, keep) : wholeOf(answering, keep);
  const plan = { model: request.model, conversations: [turn.conversation], options: turn.options, form };
  await serveAnswer({ ...plan, ignored: turn.ignored }, res, options);
}

/** What is kept is kept before the client is told that it is complete, since its next request may go on from it. */
function streamOf({ recorder }: Answering, keep: () => void): StreamForm {
  return {
    stream: true,
    format: responseEvents,
    push: (event) => {
      const events = recorder.push(event);
      if (event.type === 'end') keep();
      return events;
    },
    toErrorEvents: (error: HarnessError) => {
      const events = error.code === 'ABORTED' ? recorder.cancel() : recorder.fail(error);
      keep();
      return events;
    },
  };
}

function wholeOf({ recorder }: Answering, keep: () => void): WholeForm {
  return {
    stream: false,
    push: (event) => {
      recorder.push(event);
    },
    toBody: () => {
      keep();
      return recorder.response;
    },
  };
}

async function answerInBackground(answering: Answering, res: Response, options: ResponsesRouteOptions): Promise<void> {
  const { request, turn, recorder, entry } = answering;
  noteRequest({ model: request.model, ignored: turn.ignored }, res);
  const { run, warning } = options.responses.start({
    entry,
    recorder,
    streams: request.stream,
    run: (signal) => turnInBackground(answering, recordOf(res), signal, options),
  });
  if (warning !== undefined) warn(res, warning);
  if (request.stream) await followResponse(run, 0, res, options.silenceMs);
  else res.json(recorder.response);
}

async function* turnInBackground(
  { request, turn }: Answering,
  record: RequestRecord,
  signal: AbortSignal,
  { runTurn, log }: ResponsesRouteOptions,
): AsyncGenerator<TurnEvent> {
  const options = { ...turn.options, model: request.model, buffered: !request.stream, ...clientOf(record) };
  for await (const event of runTurn(turn.conversation, options, signal)) {
    if (event.type === 'warning') {
      log.warn('an answer is not what was asked for', { request_id: record.requestId, reason: event.message });
    }
    yield event;
  }
}
