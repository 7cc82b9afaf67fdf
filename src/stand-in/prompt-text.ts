/**
 * The text of the last user message in a request's body, its blocks joined by line breaks; empty if there is none. Newer
 * CLIs add a `system` message after it (seen in 2.1.329), so it may not be the last message.
 */
export function promptText(body: unknown): string {
  const { messages } = asRecord(body);
  if (!Array.isArray(messages)) return '';
  const { content } = asRecord(messages.findLast((message: unknown) => asRecord(message)['role'] === 'user'));
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((block: unknown) => asRecord(block)['text'])
    .filter((text) => typeof text === 'string')
    .join('\n');
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
