import type {
  AssistantBlock,
  CitationsSetting,
  DocumentBlock,
  ResultBlock,
  ToolResultBlock,
  UserBlock,
} from '../../core/conversation.ts';
import type { AssistantParam, DocumentParam, ResultParam, ToolResultParam, UserParam } from './content-schema.ts';
import { invalidRequest } from '../anthropic-shared/invalid-request.ts';

/** The blocks of a user message, in their order; `field` is the message's own, such as `messages.3`. */
export function fromUserContent(content: readonly UserParam[], field: string): UserBlock[] {
  return content.flatMap((block, index): UserBlock[] =>
    block.type === 'tool_result' ? [fromToolResult(block, `${field}.content.${index}`)] : fromResultBlock(block),
  );
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

function fromResultBlock(block: ResultParam): ResultBlock[] {
  switch (block.type) {
    case 'text':
      return isBlank(block.text) ? [] : [block];
    case 'image':
    case 'opaque':
      return [block];
    case 'document':
      return [fromDocument(block)];
    case 'search_result': {
      const { citations, ...rest } = block;
      return [{ ...rest, ...fromCitations(citations) }];
    }
  }
}

function fromDocument({ title, context, citations, ...rest }: DocumentParam): DocumentBlock {
  return {
    ...rest,
    ...(title != null && { title }),
    ...(context != null && { context }),
    ...fromCitations(citations),
  };
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
    content: (content ?? []).flatMap(fromResultBlock),
    ...(is_error != null && { is_error }),
  };
}
