import type { Message } from '../../core/conversation.ts';
import { toModelCallId } from '../../messages-api/tool-names.ts';

const copyNumber = /_\d+$/;

/**
 * The ids under which a conversation's calls are fed. The CLI takes `call_1` for a copy of `call` where there are both,
 * and drops its result (2.1.332): such an id gets a letter behind its number. All others are as the API gets them.
 */
export function fedCallIds(messages: readonly Message[]): (id: string) => string {
  const ids = new Set(messages.flatMap(callIdsOf));
  const renamed = new Map<string, string>();
  for (const id of ids) if (isCopy(id, ids)) renamed.set(id, unlike(id, ids));
  return (id) => renamed.get(id) ?? id;
}

function callIdsOf({ content }: Message): string[] {
  return content.flatMap((block) => (block.type === 'tool_use' ? [toModelCallId(block.id)] : []));
}

function isCopy(id: string, ids: ReadonlySet<string>): boolean {
  if (!copyNumber.test(id)) return false;
  const original = id.replace(copyNumber, '');
  return ids.has(original) || isCopy(original, ids);
}

/** No two ids become the same one: another that is renamed has another number. */
function unlike(id: string, ids: ReadonlySet<string>): string {
  let other = `${id}x`;
  while (ids.has(other)) other += 'x';
  return other;
}
