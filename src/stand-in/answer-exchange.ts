import type { MessageIdentity } from './answer-steps.ts';
import type { Answer, Behaviour } from './behaviour.ts';
import type { Exchange } from './exchange.ts';
import { sendError } from './send-error.ts';
import { streamAnswer } from './stream-answer.ts';
import { sendWholeAnswer } from './whole-answer.ts';

/** Treats one request as `behaviour` says. Throws an `AbortError` when the client goes away during an answer. */
export async function answerExchange(exchange: Exchange, behaviour: Behaviour, messageId: string): Promise<void> {
  // The client may have gone while the behaviour was pending; no event would then end the pings of an answer.
  if (exchange.gone.aborted) return;
  switch (behaviour.kind) {
    case 'answer':
      await sendAnswer(exchange, behaviour, messageId);
      break;
    case 'error':
      sendError(exchange.response, behaviour);
      break;
    case 'hang':
      break;
    case 'close-connection':
      exchange.cut();
      break;
    default:
      behaviour satisfies never;
  }
}

async function sendAnswer(exchange: Exchange, answer: Answer, messageId: string): Promise<void> {
  const request = exchange.record.body as { model?: unknown; stream?: unknown } | null;
  const requested = typeof request?.model === 'string' ? request.model : 'unnamed';
  const identity: MessageIdentity = { messageId, model: answer.model ?? requested };
  const send = request?.stream === true ? streamAnswer : sendWholeAnswer;
  await send(exchange, answer, identity);
}
