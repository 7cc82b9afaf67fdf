import type { StopReason } from '../../core/turn-event.ts';
import type { ChatFinishReason } from './types.ts';

const finishReasons: Readonly<Record<StopReason, ChatFinishReason>> = {
  end_turn: 'stop',
  pause_turn: 'stop',
  compaction: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  // With calls the reason is `tool_calls`; without any, clients would look for them in vain.
  tool_use: 'stop',
  refusal: 'content_filter',
};

/** The answer is complete, and so are its calls. */
const ended: ReadonlySet<StopReason> = new Set(['end_turn', 'tool_use', 'stop_sequence', 'pause_turn']);

/** `hasCalls`: whether the answer has tool calls, which clients look for only where the reason says so. */
export function toFinishReason(
  reason: StopReason,
  { hasCalls = false, legacyFunctions = false, hasOutput = false } = {},
): ChatFinishReason {
  if (hasCalls && ended.has(reason)) return legacyFunctions ? 'function_call' : 'tool_calls';
  // A declined structured output is in `refusal`; OpenAI's own clients fail on a filtered answer.
  if (hasOutput && reason === 'refusal') return 'stop';
  return finishReasons[reason];
}
