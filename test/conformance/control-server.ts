import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { ChatCompletionCreateParams } from 'openai/resources/chat/completions';
import { chunksOf, completionOf } from './openai-answer.ts';
import type { ScriptedAnswer } from './script.ts';

/**
 * A server that speaks OpenAI's format as OpenAI does. An expectation that it does not meet is wrong about the client,
 * so a test that passes here and fails elsewhere has found a fault of the other server.
 */
export interface ControlServer {
  readonly url: string;
  /** The bodies since the last `script`, oldest first. */
  readonly requests: readonly ChatCompletionCreateParams[];
  /** Answers that have not ended. */
  readonly running: number;
  /** What the model says from now on, one answer for each choice of each request. A request beyond them is refused. */
  script(answers: readonly ScriptedAnswer[]): void;
  stop(): Promise<void>;
}

export async function startControlServer(): Promise<ControlServer> {
  let answers: ScriptedAnswer[] = [];
  let requests: ChatCompletionCreateParams[] = [];
  let running = 0;

  async function answerRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    running++;
    response.once('close', () => {
      running--;
    });
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
      sendError(response, 404, `nothing is served at ${request.method ?? ''} ${request.url ?? ''}`);
      return;
    }
    const body = (await json(request)) as ChatCompletionCreateParams;
    const choices = answers.splice(0, body.n ?? 1);
    requests.push(body);
    if (choices.length < (body.n ?? 1)) sendError(response, 400, 'the script has no answer left');
    else sendAnswer(response, choices, body, `chatcmpl-${requests.length}`);
  }

  const server = createServer((request, response) => {
    answerRequest(request, response).catch((error: unknown) => {
      sendError(response, 400, String(error));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get requests() {
      return requests;
    },
    get running() {
      return running;
    },
    script(next) {
      answers = [...next];
      requests = [];
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function sendAnswer(
  response: ServerResponse,
  choices: readonly ScriptedAnswer[],
  request: ChatCompletionCreateParams,
  id: string,
): void {
  const hangs = choices.some((choice) => choice.hangs === true);
  if (request.stream !== true) {
    response.setHeader('content-type', 'application/json');
    if (!hangs) response.end(JSON.stringify(completionOf(choices, request, id)));
    return;
  }
  response.setHeader('content-type', 'text/event-stream; charset=utf-8');
  for (const chunk of chunksOf(choices, request, id)) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  if (!hangs) response.end('data: [DONE]\n\n');
}

function sendError(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { message, type: 'invalid_request_error', code: null, param: null } }));
}
