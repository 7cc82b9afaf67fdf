import type { StopReason } from '../../core/turn-event.ts';
import type { ChatFinishReason } from './types.ts';

const finishReasons: Readonly<Record<StopReason, ChatFinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
};

export function toFinishReason(reason: StopReason): ChatFinishReason {
  return finishReasons[reason];
}
