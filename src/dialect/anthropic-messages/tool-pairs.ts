import type { Message } from '../../core/conversation.ts';
import type { EarlierCalls } from '../../core/earlier-calls.ts';
import { invalidRequest } from '../anthropic-shared/invalid-request.ts';

/** A message with its position in the client's list, which errors name. */
export interface PlacedMessage {
  field: string;
  message: Message;
}

/**
 * Ensures that each call is answered in the next message, and that each result answers a call of the message before: the
 * CLI silently makes results up and drops those that fit nowhere, where the API would refuse the request.
 */
export function requireToolPairs(
  messages: readonly PlacedMessage[],
  earlier: EarlierCalls = { known: [], open: [] },
): void {
  const known = new Set(earlier.known);
  let open: PlacedCalls = { field: 'messages', ids: new Set(earlier.open) };
  for (const { field, message } of messages) {
    if (message.role === 'assistant') {
      // Those before are of a stored conversation, whose last answer this one goes on with.
      open = { field, ids: new Set([...open.ids, ...callsOf(message, field, known)]) };
      continue;
    }
    for (const block of message.content) {
      if (block.type !== 'tool_result' || open.ids.delete(block.tool_use_id)) continue;
      throw invalidRequest(
        field,
        `unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${quote(block.tool_use_id)}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
      );
    }
    requireAnswered(open);
  }
}

interface PlacedCalls {
  field: string;
  ids: Set<string>;
}

function callsOf({ content }: Message, field: string, known: Set<string>): string[] {
  const ids = content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
  for (const id of ids) {
    if (known.has(id)) throw invalidRequest(field, `\`tool_use\` ids must be unique: ${quote(id)}`);
    known.add(id);
  }
  return ids;
}

const maxListed = 10;

function requireAnswered({ field, ids }: PlacedCalls): void {
  if (ids.size === 0) return;
  const listed = [...ids].slice(0, maxListed).map(quote).join(', ');
  throw invalidRequest(
    field,
    `\`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${listed}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
  );
}

/** Ids are the client's own text: cut short, and without special characters. */
function quote(id: string): string {
  return id.slice(0, 64).replaceAll(/[^\x20-\x7e]/g, '?');
}
