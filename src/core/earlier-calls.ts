import type { Message } from './conversation.ts';

/** The tool calls of a conversation that a request goes on with. */
export interface EarlierCalls {
  /** The ids of all of them, which no further call may have. */
  known: readonly string[];
  /** Those that wait for their results, which must be what the request begins with. */
  open: readonly string[];
}

export function earlierCalls(messages: readonly Message[]): EarlierCalls {
  const last = messages.findLast(({ role }) => role !== 'system');
  return { known: messages.flatMap(callsOf), open: last === undefined ? [] : callsOf(last) };
}

function callsOf({ content }: Message): string[] {
  return content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
}
