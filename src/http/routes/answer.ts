import type { Response } from 'express';
import type { Endpoint } from '../../core/endpoint.ts';
import type { Asked } from '../../exchange/asked.ts';
import { setAnswerHeaders } from '../answer-headers.ts';
import { toAnswerFailure } from '../answer-interrupted.ts';
import { untilNoticed } from '../until-noticed.ts';
import { claimedNameOf } from '../arrival.ts';
import { EventStream } from '../event-stream.ts';
import { followResponse } from '../follow-response.ts';
import { jsonBody } from '../middleware/json-body.ts';
import { recordOf } from '../record-of.ts';
import { answered } from '../middleware/record-request.ts';
import { trackConnection } from '../track-connection.ts';
import { agentModelGate, answeredByAgent } from './agent-model.ts';
import { everyBase, type Route, type RouteServices } from './route.ts';

/** The route of an endpoint: its answer is whole, streamed, or left to the background, as the request asks. */
export function answerRoute(endpoint: Endpoint): Route {
  return {
    method: 'post',
    path: endpoint.path,
    bases: everyBase,
    api: endpoint,
    handle: (services) => [
      ...jsonBody(services.bodyLimitBytes, { keepsRaw: services.forwardAgents !== undefined }),
      ...agentModelGate(services),
      async (req, res) => {
        const record = recordOf(res);
        if (services.tokens().length === 0) record.claimedName = claimedNameOf(req, req.body);
        const asked = await services.exchange.parse(endpoint, req.body, record, (name) => req.get(name));
        await answered(res, async () => answer(await answeredByAgent(asked, req, services), res, services));
      },
    ],
    describe: async () => (await import('../openapi/describe-endpoint.ts')).describeEndpoint(endpoint),
  };
}

async function answer(asked: Asked, res: Response, services: RouteServices): Promise<void> {
  try {
    if (asked.request.background === true) await answerInBackground(asked, res, services);
    else if (asked.request.stream) await streamAnswer(asked, res, services);
    else await sendAnswer(asked, res, services);
  } catch (reason) {
    const failure = toAnswerFailure(reason, asked.record);
    await untilNoticed(failure, res, services);
    throw failure;
  }
}

async function sendAnswer(asked: Asked, res: Response, { exchange, active }: RouteServices): Promise<void> {
  const body = await exchange.whole(asked, trackConnection(res, active));
  setAnswerHeaders(res, asked.record);
  res.json(body);
}

async function streamAnswer(asked: Asked, res: Response, services: RouteServices): Promise<void> {
  const { exchange, active, silenceMs } = services;
  const stream = new EventStream(res, {
    silenceMs,
    format: asked.endpoint.frames,
    onOpen: () => {
      setAnswerHeaders(res, asked.record);
    },
  });
  try {
    const outcome = await exchange.stream(asked, trackConnection(res, active), {
      send: (events) => stream.send(events),
      hasBegun: () => stream.opened,
    });
    if (outcome === 'complete') await stream.done();
  } finally {
    stream.close();
  }
}

async function answerInBackground(asked: Asked, res: Response, services: RouteServices): Promise<void> {
  const { run, body } = await services.exchange.background(asked);
  setAnswerHeaders(res, asked.record);
  if (asked.request.stream) await followResponse(run, 0, res, services.silenceMs);
  else res.json(body);
}
