/** What the CLI puts on its own blocks: with a subscription it lasts for an hour, with an API key for five minutes. */
export type CacheMark = Readonly<{ type: 'ephemeral'; ttl?: '1h' }>;

/** The API refuses to mark these. */
const unmarkable = new Set(['thinking', 'redacted_thinking']);

interface MarkableMessage {
  content: readonly object[];
}

/**
 * Marks the end of the prompt, as the CLI does, so that a follow-up finds it in the cache. The CLI's own marks, one or
 * two on the system prompt, cover the tools, which come before it. The API takes four in all, and those that last longer
 * must come first, so that this one is of the same kind.
 */
export function withCacheMark<Message extends MarkableMessage>(
  messages: readonly Message[],
  mark: CacheMark,
): readonly Message[] {
  const last = messages.at(-1);
  if (last === undefined) return messages;
  const index = last.content.findLastIndex(isMarkable);
  if (index === -1) return messages;
  const content = last.content.with(index, { ...last.content[index], cache_control: mark });
  return [...messages.slice(0, -1), { ...last, content }];
}

function isMarkable(block: object): boolean {
  const { type, text } = block as { type: string; text?: string };
  return !unmarkable.has(type) && text !== '';
}
