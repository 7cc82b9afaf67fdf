import type { ToolUseBlock } from '../../core/conversation.ts';
import { toArguments, toCalledName } from '../openai-shared/call-arguments.ts';
import type { AssistantMessage } from './request-schema.ts';

/** The legacy `function_call` has no id; the position of the message gives one that is the same in every request. */
export function toLegacyCallId(messageIndex: number): string {
  return `function_call_${messageIndex}`;
}

/** The tool calls of one assistant message, the legacy `function_call` included. */
export function fromToolCalls(message: AssistantMessage, messageIndex: number): ToolUseBlock[] {
  const calls = (message.tool_calls ?? []).map(({ id, function: call }) => ({ id, ...call }));
  if (message.function_call != null) calls.push({ id: toLegacyCallId(messageIndex), ...message.function_call });
  return calls.map(({ id, name, arguments: text }) => ({
    type: 'tool_use',
    id,
    name: toCalledName(name),
    input: toArguments(text),
  }));
}
