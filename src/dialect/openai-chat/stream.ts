import { HarnessError } from '../../core/errors.ts';
import type { TurnEvent } from '../../core/turn-event.ts';
import { toFinishReason } from './finish-reason.ts';
import type { ChatChunk, ChatDelta, ChatFinishReason } from './types.ts';
import { toChatUsage } from './usage.ts';

export interface ChatStreamOptions {
  /** One for the whole stream, such as `chatcmpl-1a2b`. */
  id: string;
  /** Seconds since the epoch. */
  created: number;
  /** Whether the client asked for the usage chunk; unasked, it breaks clients that read `choices[0]`. */
  includeUsage: boolean;
}

export interface ChatStream {
  /**
   * The chunks to send for the turn's next event, in order; none when there is nothing to say. Throws
   * `ANSWER_RESTARTED` when the CLI begins again after a part of the answer has gone out, since what the client has
   * cannot be taken back.
   */
  push(event: TurnEvent): ChatChunk[];
}

export function createChatStream({ id, created, includeUsage }: ChatStreamOptions): ChatStream {
  let model = '';
  let hasRole = false;
  let hasContent = false;

  const toChunk = (delta: ChatDelta, finishReason: ChatFinishReason | null): ChatChunk => ({
    id,
    object: 'chat.completion.chunk',
    created,
    model,
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  });

  function start(newModel: string): ChatChunk[] {
    if (hasContent) throw answerRestarted();
    model = newModel;
    if (hasRole) return [];
    // Once only: without a role openai-node fails, and openai-python concatenates a repeated one.
    hasRole = true;
    return [toChunk({ role: 'assistant', content: '' }, null)];
  }

  function carry(delta: ChatDelta): ChatChunk[] {
    hasContent = true;
    return [toChunk(delta, null)];
  }

  return {
    push(event) {
      switch (event.type) {
        case 'start':
          return start(event.model);
        case 'text':
          return event.text === '' ? [] : carry({ content: event.text });
        case 'thinking':
          return event.text === '' ? [] : carry({ reasoning_content: event.text, reasoning: event.text });
        case 'end': {
          const chunks = [toChunk({}, toFinishReason(event.stopReason))];
          if (includeUsage) {
            chunks.push({
              id,
              object: 'chat.completion.chunk',
              created,
              model,
              choices: [],
              usage: toChatUsage(event.usage),
            });
          }
          return chunks;
        }
        default:
          return event satisfies never;
      }
    },
  };
}

function answerRestarted(): HarnessError {
  return new HarnessError(
    'ANSWER_RESTARTED',
    'The connection to the model broke and the answer began again after a part of it had been sent. Ask again.',
  );
}
