import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { answerSteps, type AnswerStep, type MessageIdentity } from './answer-steps.ts';
import type { Answer } from './behaviour.ts';
import type { Exchange } from './exchange.ts';
import { createPace } from './pace.ts';

/** Streams an answer as server-sent events. Throws an `AbortError` when the client goes away. */
export async function streamAnswer(exchange: Exchange, answer: Answer, identity: MessageIdentity): Promise<void> {
  const { response, gone } = exchange;
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    ...answer.headers,
  });
  if (answer.pingEveryMs !== undefined) pingUntilClosed(response, answer.pingEveryMs);
  const pace = createPace(answer, gone);
  for (const step of answerSteps(answer, identity)) {
    const due = pace.before(step);
    if (due !== undefined) await due;
    if (step.type === 'hang') return;
    if (step.type === 'cut') {
      await flushed(response);
      exchange.cut();
      return;
    }
    // Without this wait, the whole answer to a slow reader would be buffered in this process.
    if (!response.write(frame(step))) await once(response, 'drain', { signal: gone });
  }
  response.end();
}

function frame(event: AnswerStep): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Resolves when everything written has left this process: destroying a socket drops the rest. */
function flushed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.write('', () => {
      resolve();
    });
  });
}

function pingUntilClosed(response: ServerResponse, everyMs: number): void {
  const timer = setInterval(() => {
    if (!response.writableEnded) response.write(frame({ type: 'ping' }));
  }, everyMs);
  response.once('close', () => {
    clearInterval(timer);
  });
}
