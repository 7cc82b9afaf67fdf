import type {
  AssistantBlock,
  CitationsSetting,
  DocumentBlock,
  FileSource,
  ImageBlock,
  ResultBlock,
  TextBlock,
  ToolResultBlock,
  UserBlock,
} from '../../core/conversation.ts';
import type {
  AssistantParam,
  DocumentParam,
  ImageParam,
  ResultParam,
  TextParam,
  ToolResultParam,
  UserParam,
} from './content-schema.ts';
import { invalidRequest } from '../anthropic-shared/invalid-request.ts';

/** The blocks of a user message, in their order; `field` is the message's own, such as `messages.3`. */
export function fromUserContent(content: readonly UserParam[], field: string): UserBlock[] {
  return content.flatMap((block, index): UserBlock[] => {
    const own = `${field}.content.${index}`;
    return block.type === 'tool_result' ? [fromToolResult(block, own)] : fromResultBlock(block, own);
  });
}

/** The blocks of an answer, in their order: thinking is valid only where it was. */
export function fromAssistantContent(content: readonly AssistantParam[]): AssistantBlock[] {
  return content.flatMap((block): AssistantBlock[] => {
    if (block.type !== 'text') return [block];
    const { citations, ...text } = block;
    return isBlank(text.text) ? [] : [{ ...text, ...(citations != null && citations.length > 0 && { citations }) }];
  });
}

/** The CLI leaves blank text out, and the API refuses it. */
export function isBlank(text: string): boolean {
  return !/\S/.test(text);
}

function fromResultBlock(block: ResultParam, field: string): ResultBlock[] {
  switch (block.type) {
    case 'text':
      return isBlank(block.text) ? [] : [block];
    case 'image':
      return [fromImage(block, field)];
    case 'opaque':
      return [block];
    case 'document':
      return [fromDocument(block, field)];
    case 'search_result': {
      const { citations, ...rest } = block;
      return [{ ...rest, ...fromCitations(citations) }];
    }
  }
}

function fromImage(block: ImageParam, field: string): ImageBlock {
  return { ...block, source: fromSource(block.source, field) };
}

function fromDocument({ title, context, citations, source, ...rest }: DocumentParam, field: string): DocumentBlock {
  return {
    ...rest,
    source: source.type === 'content' ? fromPieces(source, field) : fromSource(source, field),
    ...(title != null && { title }),
    ...(context != null && { context }),
    ...fromCitations(citations),
  };
}

function fromPieces(
  source: Extract<DocumentParam['source'], { type: 'content' }>,
  field: string,
): Extract<DocumentBlock['source'], { type: 'content' }> {
  const { content } = source;
  if (typeof content === 'string') return { type: 'content', content };
  const pieces = content.map((piece: TextParam | ImageParam, index): TextBlock | ImageBlock =>
    piece.type === 'image' ? fromImage(piece, `${field}.source.content.${index}`) : piece,
  );
  return { type: 'content', content: pieces };
}

/** `field` is the block's own. */
function fromSource<Source extends { type: string }>(
  source: Source,
  field: string,
): Exclude<Source, { type: 'file' }> | FileSource {
  if (source.type !== 'file') return source as Exclude<Source, { type: 'file' }>;
  const { file_id: id } = source as unknown as FileSource;
  return { type: 'file', file_id: id, field: `${field}.source.file_id` };
}

function fromCitations(setting: { enabled?: boolean | null | undefined } | null | undefined): {
  citations?: CitationsSetting;
} {
  return { ...(setting?.enabled != null && { citations: { enabled: setting.enabled } }) };
}

function fromToolResult({ content, is_error, ...rest }: ToolResultParam, field: string): ToolResultBlock {
  const other = is_error === true ? (content ?? []).findIndex((block) => block.type !== 'text') : -1;
  if (other >= 0) {
    throw invalidRequest(`${field}.content.${other}`, 'All content must be of type `text` if `is_error` is true');
  }
  return {
    ...rest,
    content: (content ?? []).flatMap((block, index) => fromResultBlock(block, `${field}.content.${index}`)),
    ...(is_error != null && { is_error }),
  };
}
