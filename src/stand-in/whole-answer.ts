import { addEvent } from './add-event.ts';
import { answerSteps, type MessageIdentity } from './answer-steps.ts';
import type { Answer } from './behaviour.ts';
import type { Exchange } from './exchange.ts';
import type { WireMessage } from './message-events.ts';
import { createPace } from './pace.ts';
import { sendError, statusOfErrorType } from './send-error.ts';

/**
 * Sends an answer as one JSON document, after the time that its stream would have taken; an answer that breaks off sends
 * nothing. Throws an `AbortError` when the client goes away. The CLI requests such an answer after a broken stream (seen
 * in 2.1.197 and 2.1.329).
 */
export async function sendWholeAnswer(exchange: Exchange, answer: Answer, identity: MessageIdentity): Promise<void> {
  const { response, gone } = exchange;
  const pace = createPace(answer, gone);
  let message: WireMessage | undefined;
  for (const step of answerSteps(answer, identity)) {
    const due = pace.before(step);
    if (due !== undefined) await due;
    if (step.type === 'hang') return;
    if (step.type === 'cut') {
      exchange.cut();
      return;
    }
    if (step.type === 'error') {
      const { type, message } = step.error;
      sendError(response, { kind: 'error', status: statusOfErrorType(type), errorType: type, message });
      return;
    }
    message = addEvent(message, step);
  }
  response.writeHead(200, { 'content-type': 'application/json', ...answer.headers }).end(JSON.stringify(message));
}
