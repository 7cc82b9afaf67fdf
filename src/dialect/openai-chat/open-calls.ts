import type { ToolUseBlock } from '../../core/conversation.ts';
import { CallIds, listIds, quoteId } from '../openai-shared/call-ids.ts';
import { invalidRequest } from '../openai-shared/invalid-request.ts';
import { toLegacyCallId } from './tool-calls.ts';

/** Holds the messages to answering each tool call right after it. */
export interface OpenCalls {
  /** Takes note of an assistant message's calls, and gives them with ids that no other call of the conversation has. */
  add(blocks: readonly ToolUseBlock[], messageIndex: number): ToolUseBlock[];
  /** Takes note of a `tool` message and returns the id of the call that it answers. */
  answer(id: string, messageIndex: number): string;
  /** Takes note of a legacy `function` message and returns the id of the call that it answers. */
  answerLegacy(messageIndex: number): string;
  /** To be called before every message that is not a result, and at the end. */
  requireAnswered(): void;
}

export function createOpenCalls(): OpenCalls {
  const calls = new CallIds();
  let caller = -1;

  return {
    add(blocks, messageIndex) {
      caller = messageIndex;
      return blocks.map((block) => {
        const id = calls.add(block.id, messageIndex);
        if (id !== undefined) return { ...block, id };
        throw invalidRequest(`messages[${messageIndex}].tool_calls`, `repeats the id ${quoteId(block.id)}.`);
      });
    },
    answer(id, messageIndex) {
      const unique = calls.answer(id);
      if (unique !== undefined) return unique;
      const problem = `is ${quoteId(id)}, which is no open tool call of the assistant message before it.`;
      throw invalidRequest(`messages[${messageIndex}].tool_call_id`, problem);
    },
    answerLegacy(messageIndex) {
      const id = toLegacyCallId(caller);
      if (calls.answer(id) !== undefined) return id;
      throw invalidRequest(`messages[${messageIndex}].role`, 'is function, but there is no function_call before it.');
    },
    requireAnswered() {
      if (calls.open.length === 0) return;
      const problem = `must each be answered by a tool message right after it; missing: ${listIds(calls.open)}.`;
      throw invalidRequest(`messages[${caller}].tool_calls`, problem);
    },
  };
}
