import type { StopReason } from '../../core/turn-event.ts';
import type { ChatFinishReason } from './types.ts';

const finishReasons: Readonly<Record<StopReason, ChatFinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
};

/** `hasCalls`: whether the client was given calls of tools, which it then looks for by the reason. */
export function toFinishReason(
  reason: StopReason,
  { hasCalls = false, legacyFunctions = false, hasOutput = false } = {},
): ChatFinishReason {
  if (hasCalls && (reason === 'tool_use' || reason === 'end_turn')) {
    return legacyFunctions ? 'function_call' : 'tool_calls';
  }
  // Declining to give structured output is told in `refusal`; OpenAI's own clients fail on a filtered answer.
  if (hasOutput && reason === 'refusal') return 'stop';
  return finishReasons[reason];
}
