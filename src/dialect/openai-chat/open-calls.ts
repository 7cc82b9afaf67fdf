import type { ToolUseBlock } from '../../core/conversation.ts';
import { invalidRequest } from './invalid-request.ts';
import { toLegacyCallId } from './tool-calls.ts';

/**
 * Follows which tool calls wait for their result. The CLI drops a result without a call and makes one up for a call
 * without a result, silently; so both are refused before they get there.
 */
export interface OpenCalls {
  /**
   * Takes note of an assistant message's calls, and gives them with ids that no other call of the conversation has:
   * some servers number theirs anew in each answer, and the API wants them unique.
   */
  add(blocks: readonly ToolUseBlock[], messageIndex: number): ToolUseBlock[];
  /** Takes note of a `tool` message and returns the id of the call that it answers. */
  answer(id: string, messageIndex: number): string;
  /** Takes note of a legacy `function` message and returns the id of the call that it answers. */
  answerLegacy(messageIndex: number): string;
  /** To be called before every message that is not a result, and at the end. */
  requireAnswered(): void;
}

export function createOpenCalls(): OpenCalls {
  const known = new Set<string>();
  /** The client's id of each call that waits, and the unique one. */
  const open = new Map<string, string>();
  let caller = -1;

  return {
    add(blocks, messageIndex) {
      caller = messageIndex;
      return blocks.map((block) => {
        const { id } = block;
        if (open.has(id)) throw invalidRequest(`messages[${messageIndex}].tool_calls`, `repeats the id ${quote(id)}.`);
        const unique = toUnique(id, messageIndex, known);
        known.add(unique);
        open.set(id, unique);
        return { ...block, id: unique };
      });
    },
    answer(id, messageIndex) {
      const unique = open.get(id);
      if (open.delete(id) && unique !== undefined) return unique;
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
      const problem = `must each be answered by a tool message right after it; missing: ${listIds(new Set(open.keys()))}.`;
      throw invalidRequest(`messages[${caller}].tool_calls`, problem);
    },
  };
}

function toUnique(id: string, messageIndex: number, known: ReadonlySet<string>): string {
  if (!known.has(id)) return id;
  let unique = `${id}_${messageIndex}`;
  while (known.has(unique)) unique += '_';
  return unique;
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
