import { z } from 'zod';
import { expected, expectedType, flag, listOf, object, text } from './schema-errors.ts';

/**
 * Content blocks as the Messages API takes them. What is not named here is dropped: `cache_control`, since the CLI sets
 * its own marks and the API takes four of them at most, and what answers bring that means nothing in a request.
 */

const noFiles = (type: string) =>
  type === 'file' ? 'Files are not stored here; send the data itself, or its url' : undefined;

const imageTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const;

/** Looks for a bad character instead of matching the whole: a pattern over 20 MB overflows the regex engine's stack. */
const base64 = text.refine((data) => data !== '' && !/[^A-Za-z0-9+/=]/.test(data), {
  error: 'Input should be valid base64 data without line breaks',
});
const url = z.object({ type: z.literal('url'), url: text });

const imageSource = z.discriminatedUnion(
  'type',
  [
    z.object({
      type: z.literal('base64'),
      media_type: z.enum(imageTypes, { error: expected(listOf(imageTypes)) }),
      data: base64,
    }),
    url,
  ],
  { error: expectedType(['base64', 'url'], noFiles) },
);

const textBlock = z.object({ type: z.literal('text'), text });
const image = z.object({ type: z.literal('image'), source: imageSource });

/**
 * A string becomes a list of one text block: one shape for the code that follows. Here and elsewhere `wire` is what
 * clients may send, for descriptions.
 */
export function contentOf<Block extends z.ZodType>(block: Block) {
  const blocks = z.array(block, { error: expected('a valid string or a list of content blocks') });
  return z
    .preprocess((content) => (typeof content === 'string' ? [{ type: 'text', text: content }] : content), blocks)
    .meta({ wire: z.union([z.string(), blocks]) });
}

const citations = z.object({ enabled: flag.nullish() }, { error: expected('an object') });

const documentSource = z.discriminatedUnion(
  'type',
  [
    z.object({
      type: z.literal('base64'),
      media_type: z.literal('application/pdf', { error: expected("'application/pdf'") }),
      data: base64,
    }),
    url,
    z.object({
      type: z.literal('text'),
      media_type: z.literal('text/plain', { error: expected("'text/plain'") }),
      data: text,
    }),
    z.object({
      type: z.literal('content'),
      content: z.union([z.string(), z.array(z.discriminatedUnion('type', [textBlock, image]))], {
        error: expected('a valid string or a list of text and image blocks'),
      }),
    }),
  ],
  { error: expectedType(['base64', 'text', 'content', 'url'], noFiles) },
);

const document = z.object({
  type: z.literal('document'),
  source: documentSource,
  title: text.nullish(),
  context: text.nullish(),
  citations: citations.nullish(),
});

const searchResult = z.object({
  type: z.literal('search_result'),
  source: text,
  title: text,
  content: z.array(textBlock, { error: expected('a list of text blocks') }),
  citations: citations.nullish(),
});

const id = text.min(1, { error: 'Input should not be empty' });

/** Blocks of tools that only the API itself can run, and of files that it stores. */
const noServerTools = (type: string) =>
  /^server_tool_use$|^mcp_|._tool_result$|^container_upload$|^tool_reference$|^browser_state$/.test(type)
    ? `${/^[a-z_]{1,64}$/.test(type) ? type : 'This block'} belongs to tools that the API runs; this service supports only the client's own tools`
    : undefined;

const resultTypes = ['text', 'image', 'document', 'search_result'];
const resultBlock = z.discriminatedUnion('type', [textBlock, image, document, searchResult], {
  error: expectedType(resultTypes, noServerTools),
});

const toolResult = z.object({
  type: z.literal('tool_result'),
  tool_use_id: id,
  content: contentOf(resultBlock).nullish(),
  is_error: flag.nullish(),
});

const toolUse = z.object({ type: z.literal('tool_use'), id, name: id, input: object });

const answerText = z.object({
  type: z.literal('text'),
  text,
  citations: z.array(object, { error: expected('a list of citations') }).nullish(),
});
const thinking = z.object({ type: z.literal('thinking'), thinking: text, signature: text });
const redactedThinking = z.object({ type: z.literal('redacted_thinking'), data: text });

const userBlock = z.discriminatedUnion('type', [textBlock, image, document, searchResult, toolResult], {
  error: expectedType([...resultTypes, 'tool_result'], noServerTools),
});
const assistantBlock = z.discriminatedUnion('type', [answerText, thinking, redactedThinking, toolUse], {
  error: expectedType(['text', 'thinking', 'redacted_thinking', 'tool_use'], noServerTools),
});

export const systemContent = contentOf(z.discriminatedUnion('type', [textBlock], { error: expectedType(['text']) }));
export const userContent = contentOf(userBlock);
export const assistantContent = contentOf(assistantBlock);

export type TextParam = z.infer<typeof textBlock>;
export type DocumentParam = z.infer<typeof document>;
export type ResultParam = z.infer<typeof resultBlock>;
export type ToolResultParam = z.infer<typeof toolResult>;
export type UserParam = z.infer<typeof userBlock>;
export type AssistantParam = z.infer<typeof assistantBlock>;
