import type { ToolUseBlock } from '../../core/conversation.ts';
import { parseArguments } from '../openai-shared/call-arguments.ts';
import type { AssistantMessage } from './request-schema.ts';

/** The legacy `function_call` has no id; the position of the message gives one that is the same in every request. */
export function toLegacyCallId(messageIndex: number): string {
  return `function_call_${messageIndex}`;
}

/** The tool calls of one assistant message, the legacy `function_call` included. */
export function fromToolCalls(message: AssistantMessage, messageIndex: number): ToolUseBlock[] {
  const path = `messages[${messageIndex}]`;
  const blocks = (message.tool_calls ?? []).map(({ id, function: call }, index): ToolUseBlock => {
    const input = parseArguments(call.arguments, `${path}.tool_calls[${index}].function.arguments`);
    return { type: 'tool_use', id, name: call.name, input };
  });
  if (message.function_call == null) return blocks;
  const { name, arguments: json } = message.function_call;
  const input = parseArguments(json, `${path}.function_call.arguments`);
  return [...blocks, { type: 'tool_use', id: toLegacyCallId(messageIndex), name, input }];
}
