import type { ContentBlock } from '../../core/agent-engine.ts';
import { isObject } from '../../core/is-object.ts';
import type { NamingContent } from '../../core/file-contents.ts';

/** A block that names a file in the place of its content. */
export interface NamingBlock {
  block: ContentBlock;
  fileId: string;
  /** The request's field that names it. */
  field: string;
}

/** All blocks that name files, in their order, within results of tools and documents in pieces as well. */
export function namingBlocks({ content, field }: NamingContent): NamingBlock[] {
  return content.flatMap((block, index): NamingBlock[] => {
    const own = namingBlock(block, `${field}.${index}`);
    if (own !== undefined) return [own];
    return partsOf(block, `${field}.${index}`).flatMap(namingBlocks);
  });
}

/** The content with what `replace` gives for each block that names a file, which is asked in their order. */
export function replaceNamingBlocks(
  { content, field }: NamingContent,
  replace: (naming: NamingBlock) => ContentBlock,
): ContentBlock[] {
  return content.map((block, index) => {
    const own = namingBlock(block, `${field}.${index}`);
    if (own !== undefined) return replace(own);
    const [parts] = partsOf(block, `${field}.${index}`);
    return parts === undefined ? block : withParts(block, replaceNamingBlocks(parts, replace));
  });
}

function namingBlock(block: ContentBlock, field: string): NamingBlock | undefined {
  const { type, source } = block as { type: string; source?: unknown };
  if ((type !== 'image' && type !== 'document') || !isObject(source) || source['type'] !== 'file') return undefined;
  const own = source['field'];
  return {
    block,
    fileId: String(source['file_id']),
    field: typeof own === 'string' ? own : `${field}.source.file_id`,
  };
}

/** The blocks that a block consists of; none or one list. */
function partsOf(block: ContentBlock, field: string): NamingContent[] {
  const { type, content, source } = block as { type: string; content?: unknown; source?: unknown };
  if (type === 'tool_result' && Array.isArray(content)) {
    return [{ content: content as ContentBlock[], field: `${field}.content` }];
  }
  if (type !== 'document' || !isObject(source) || source['type'] !== 'content') return [];
  const pieces = source['content'];
  return Array.isArray(pieces) ? [{ content: pieces as ContentBlock[], field: `${field}.source.content` }] : [];
}

function withParts(block: ContentBlock, parts: readonly ContentBlock[]): ContentBlock {
  if (block.type === 'tool_result') return { ...block, content: parts };
  return { ...block, source: { ...(block['source'] as object), content: parts } };
}
