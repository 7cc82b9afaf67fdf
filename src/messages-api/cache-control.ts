import type { CacheControl } from '../core/conversation.ts';
import { without } from '../core/without.ts';

type Marked = Readonly<{ cache_control?: CacheControl | null; content?: unknown }>;

/** What becomes of a mark; `undefined`: it is left out. */
export type ChangeMark = (mark: CacheControl) => CacheControl | undefined;

export interface Markable {
  cache_control?: unknown;
  tools?: readonly object[];
  system?: readonly object[];
  messages: readonly { content: readonly object[] }[];
}

/** Changes the marks for the prompt cache, from the first to the last: those within a tool's result before its own. */
export function mapMarks<Block extends object>(blocks: readonly Block[], change: ChangeMark): Block[] {
  return blocks.map((block) => {
    const { cache_control: mark, content } = block as Marked;
    const hasParts = Array.isArray(content) && content.some(hasMark);
    const parts = hasParts ? { content: mapMarks(content as object[], change) } : {};
    if (mark == null) return hasParts ? { ...block, ...parts } : block;
    const changed = change(mark);
    return {
      ...without(block as Marked, 'cache_control'),
      ...parts,
      ...(changed !== undefined && { cache_control: changed }),
    } as Block;
  });
}

export function countMarks(blocks: readonly object[]): number {
  let count = 0;
  mapMarks(blocks, (mark) => {
    count += 1;
    return mark;
  });
  return count;
}

/** Whether a body has any mark. */
export function isMarked({ cache_control: whole, tools = [], system = [], messages }: Markable): boolean {
  return (
    whole != null || [tools, system, ...messages.map(({ content }) => content)].some((blocks) => countMarks(blocks) > 0)
  );
}

/** The API refuses to mark thinking, and blank text. */
export function isMarkable(block: object): boolean {
  const { type, text } = block as { type: string; text?: string };
  return type !== 'thinking' && type !== 'redacted_thinking' && text !== '';
}

function hasMark(part: unknown): boolean {
  return typeof part === 'object' && part !== null && (part as Marked).cache_control != null;
}
