import type { ToolUseBlock } from '../../core/conversation.ts';
import type { EarlierCalls } from '../../core/earlier-calls.ts';
import { CallIds, listIds, quoteId } from '../openai-shared/call-ids.ts';
import { invalidRequest } from '../openai-shared/invalid-request.ts';
import { toLegacyCallId } from './tool-calls.ts';

/** Ensures that each tool call is answered right after it. */
export interface OpenCalls {
  /** Records an assistant message's calls, and returns them with ids that are unique in the conversation. */
  add(blocks: readonly ToolUseBlock[], messageIndex: number): ToolUseBlock[];
  /** Records a `tool` message and returns the id of the call that it answers. */
  answer(id: string, messageIndex: number): string;
  /** Records a legacy `function` message and returns the id of the call that it answers. */
  answerLegacy(messageIndex: number): string;
  /** Must be called before every message that is not a result, and at the end. */
  requireAnswered(): void;
}

export function createOpenCalls(earlier?: EarlierCalls): OpenCalls {
  const calls = new CallIds(earlier);
  /** The message that the calls are in; `undefined`: they are in a stored conversation before the first. */
  let caller: number | undefined;

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
      const problem = `is ${quoteId(id)}, but the assistant message before it has no open tool call with this id.`;
      throw invalidRequest(`messages[${messageIndex}].tool_call_id`, problem);
    },
    answerLegacy(messageIndex) {
      const id = caller === undefined ? calls.open[0] : toLegacyCallId(caller);
      if (id !== undefined && calls.answer(id) !== undefined) return id;
      throw invalidRequest(`messages[${messageIndex}].role`, 'is function, but there is no function_call before it.');
    },
    requireAnswered() {
      if (calls.open.length === 0) return;
      const missing = `missing: ${listIds(calls.open)}.`;
      if (caller === undefined) {
        throw invalidRequest('messages', `must begin with a tool message for each call in the session; ${missing}`);
      }
      const problem = `must each be answered by a tool message right after it; ${missing}`;
      throw invalidRequest(`messages[${caller}].tool_calls`, problem);
    },
  };
}
