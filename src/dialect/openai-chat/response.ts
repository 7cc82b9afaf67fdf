import { HarnessError } from '../../core/errors.ts';
import type { TurnEvent } from '../../core/turn-event.ts';
import { toFinishReason } from './finish-reason.ts';
import type { ChatAnswer, ChatCompletion } from './types.ts';
import { toChatUsage } from './usage.ts';

export interface ChatCollectorOptions {
  /** Such as `chatcmpl-1a2b`. */
  id: string;
  /** Seconds since the epoch. */
  created: number;
}

export interface ChatCollector {
  /** Takes the turn's next event. A second `start` makes everything before it void. */
  push(event: TurnEvent): void;
  /** The answer; to be called after the `end` event. */
  completion(): ChatCompletion;
}

export function createChatCollector({ id, created }: ChatCollectorOptions): ChatCollector {
  let model = '';
  let texts: string[] = [];
  let thoughts: string[] = [];
  let end: Extract<TurnEvent, { type: 'end' }> | undefined;

  return {
    push(event) {
      switch (event.type) {
        case 'start':
          model = event.model;
          texts = [];
          thoughts = [];
          break;
        case 'text':
          texts.push(event.text);
          break;
        case 'thinking':
          thoughts.push(event.text);
          break;
        case 'end':
          end = event;
          break;
        default:
          event satisfies never;
      }
    },
    completion() {
      if (end === undefined) throw new HarnessError('INTERNAL', 'The answer was read before its end.');
      const message = toAnswer(texts.join(''), thoughts.join(''));
      return {
        id,
        object: 'chat.completion',
        created,
        model,
        choices: [{ index: 0, message, logprobs: null, finish_reason: toFinishReason(end.stopReason) }],
        usage: toChatUsage(end.usage),
      };
    },
  };
}

function toAnswer(content: string, reasoning: string): ChatAnswer {
  const answer: ChatAnswer = { role: 'assistant', content, refusal: null };
  return reasoning === '' ? answer : { ...answer, reasoning_content: reasoning, reasoning };
}
