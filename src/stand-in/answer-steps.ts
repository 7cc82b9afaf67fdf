import { answerBlocks } from './answer-blocks.ts';
import type { Answer } from './behaviour.ts';
import type { MessageEvent, WireMessage, WireUsage } from './message-events.ts';

/** An event to send, or a break of the answer; nothing follows `cut`, `hang` and `error`. */
export type AnswerStep = MessageEvent | { type: 'cut' } | { type: 'hang' };

export interface MessageIdentity {
  messageId: string;
  model: string;
}

/**
 * Yields an answer in the API's order: message start, the blocks one after the other, message delta, message stop. Steps
 * are generated lazily, so a long answer is never in memory as a whole.
 */
export function* answerSteps(answer: Answer, identity: MessageIdentity): Generator<AnswerStep> {
  const prompt = promptUsage(answer);
  yield { type: 'message_start', message: emptyMessage(identity, { ...prompt, output_tokens: 1 }) };
  let index = 0;
  let textDeltas = 0;
  let outputTokens = 0;
  for (const { start, deltas } of answerBlocks(answer, identity.messageId)) {
    if (start.type !== 'thinking') {
      const end = breakOff(answer, textDeltas);
      if (end !== undefined) {
        yield end;
        return;
      }
    }
    yield { type: 'content_block_start', index, content_block: start };
    for (const delta of deltas) {
      yield { type: 'content_block_delta', index, delta };
      outputTokens++;
      const end = delta.type === 'text_delta' ? breakOff(answer, ++textDeltas) : undefined;
      if (end !== undefined) {
        yield end;
        return;
      }
    }
    yield { type: 'content_block_stop', index: index++ };
  }
  yield messageDelta(answer, { ...prompt, output_tokens: outputTokens, ...answer.usage });
  yield { type: 'message_stop' };
}

/** With a limit of 0 deltas, the answer ends before its text block opens. */
function breakOff(answer: Answer, textDeltas: number): AnswerStep | undefined {
  if (textDeltas === answer.cutAfterDeltas) return { type: 'cut' };
  if (textDeltas === answer.hangAfterDeltas) return { type: 'hang' };
  if (textDeltas !== answer.errorAfterDeltas) return undefined;
  return { type: 'error', error: answer.streamError ?? { type: 'overloaded_error', message: 'Overloaded' } };
}

function emptyMessage({ messageId, model }: MessageIdentity, usage: WireUsage): WireMessage {
  return {
    id: messageId,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
  };
}

function messageDelta(answer: Answer, usage: WireUsage): MessageEvent {
  const usual = answer.toolUses === undefined ? 'end_turn' : 'tool_use';
  return {
    type: 'message_delta',
    delta: {
      stop_reason: answer.stopReason ?? usual,
      stop_sequence: answer.stopSequence ?? null,
      ...answer.end?.delta,
    },
    usage,
    ...answer.end?.event,
  };
}

function promptUsage({ usage }: Answer): WireUsage {
  return {
    input_tokens: usage?.input_tokens ?? 10,
    cache_creation_input_tokens: usage?.cache_creation_input_tokens ?? 0,
    cache_read_input_tokens: usage?.cache_read_input_tokens ?? 0,
  };
}
