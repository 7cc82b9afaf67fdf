import type { ToolUseBlock } from '../../core/conversation.ts';
import { invalidRequest } from './invalid-request.ts';
import { toLegacyCallId } from './tool-calls.ts';

/**
 * Follows which tool calls wait for their result. The CLI drops a result without a call and makes one up for a call
 * without a result, silently; so both are refused before they get there.
 */
export interface OpenCalls {
  /** Takes note of an assistant message's calls. */
  add(blocks: readonly ToolUseBlock[], messageIndex: number): void;
  /** Takes note of a `tool` message and returns the id of the call that it answers. */
  answer(id: string, messageIndex: number): string;
  /** Takes note of a legacy `function` message and returns the id of the call that it answers. */
  answerLegacy(messageIndex: number): string;
  /** To be called before every message that is not a result, and at the end. */
  requireAnswered(): void;
}

export function createOpenCalls(): OpenCalls {
  const known = new Set<string>();
  const open = new Set<string>();
  let caller = -1;

  return {
    add(blocks, messageIndex) {
      caller = messageIndex;
      for (const { id } of blocks) {
        // In the whole conversation: the API answers "`tool_use` ids must be unique" and names no field.
        if (known.has(id)) throw invalidRequest(`messages[${messageIndex}].tool_calls`, `repeats the id ${quote(id)}.`);
        known.add(id);
        open.add(id);
      }
    },
    answer(id, messageIndex) {
      if (open.delete(id)) return id;
      const problem = `is ${quote(id)}, which is no open tool call of the assistant message before it.`;
      throw invalidRequest(`messages[${messageIndex}].tool_call_id`, problem);
    },
    answerLegacy(messageIndex) {
      const id = toLegacyCallId(caller);
      if (open.delete(id)) return id;
      throw invalidRequest(`messages[${messageIndex}].role`, 'is function, but there is no function_call before it.');
    },
    requireAnswered() {
      if (open.size === 0) return;
      const problem = `must each be answered by a tool message right after it; missing: ${listIds(open)}.`;
      throw invalidRequest(`messages[${caller}].tool_calls`, problem);
    },
  };
}

const maxListed = 10;

function listIds(ids: ReadonlySet<string>): string {
  const listed = [...ids].slice(0, maxListed).map(quote).join(', ');
  return ids.size > maxListed ? `${listed} and ${ids.size - maxListed} more` : listed;
}

/** Ids are the client's own text: cut short, and control characters escaped. */
function quote(id: string): string {
  return JSON.stringify(id.slice(0, 64));
}
