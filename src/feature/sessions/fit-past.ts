import type { PastMessage } from '../../core/agent-engine.ts';

/** Some 100,000 tokens, which leaves room to go on in the smallest of models. */
const maxCharacters = 300_000;

const leftOut = { type: 'text', text: 'Earlier messages of this conversation are left out, since it is long.' };

/**
 * The end of a conversation that a model has room for: what was compacted while it was going on is whole in its events.
 * It begins with something that the user has said.
 */
export function fitPast(past: readonly PastMessage[], limit = maxCharacters): readonly PastMessage[] {
  const from = beginningWithin(past, limit);
  const [first, ...others] = past.slice(from);
  if (from === 0 || first?.role !== 'user') return past;
  return [{ role: 'user', content: [leftOut, ...first.content.filter(isNoResult)] }, ...others];
}

/** The first of what the user has said from which on all is short enough; the last where nothing is. */
function beginningWithin(past: readonly PastMessage[], limit: number): number {
  let from = past.length;
  let size = 0;
  for (const [index, { role, content }] of [...past.entries()].reverse()) {
    size += sizeOf(content);
    if (size > limit && from < past.length) break;
    if (role === 'user' && content.some(isNoResult)) from = index;
  }
  return from;
}

function isNoResult({ type }: { type: string }): boolean {
  return type !== 'tool_result';
}

/** Images and files count for little: the model reads them by their size in pixels and pages. */
function sizeOf(content: PastMessage['content']): number {
  return JSON.stringify(content, (key, value: unknown) => (key === 'data' ? '' : value)).length;
}
