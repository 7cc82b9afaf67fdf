import type { TurnEvent, Usage } from '../../core/turn-event.ts';
import { ChoiceDeltas } from './choice-deltas.ts';
import type { ChatAnswerOptions, ChatChunk } from './types.ts';
import { toChatUsage } from './usage.ts';

export interface ChatStreamOptions extends ChatAnswerOptions {
  /** Whether the client asked for the usage chunk, which breaks clients that read `choices[0]`. */
  includeUsage: boolean;
}

export interface ChatStream {
  /**
   * The chunks to send for the next event of the choice's turn, in order; none when there is nothing to say. The last
   * choice's end brings the usage of all. Throws `ANSWER_RESTARTED`.
   */
  push: (event: TurnEvent, choice?: number) => ChatChunk[];
}

export function createChatStream(options: ChatStreamOptions): ChatStream {
  const { id, created, includeUsage } = options;
  const choices = Array.from({ length: options.choices }, () => new ChoiceDeltas(options));
  const usages: Usage[] = [];
  let model = '';

  const head = () => ({ id, object: 'chat.completion.chunk' as const, created, model });

  return {
    push(event, choice = 0) {
      if (event.type === 'start' || event.type === 'restart') model = event.model;
      const deltas = choices[choice]?.push(event) ?? [];
      const chunks = deltas.map(({ delta, finishReason }): ChatChunk => ({
        ...head(),
        choices: [{ index: choice, delta, finish_reason: finishReason }],
      }));
      if (event.type !== 'end') return chunks;
      usages.push(event.usage);
      const isLast = usages.length === choices.length;
      return isLast && includeUsage ? [...chunks, { ...head(), choices: [], usage: toChatUsage(...usages) }] : chunks;
    },
  };
}
