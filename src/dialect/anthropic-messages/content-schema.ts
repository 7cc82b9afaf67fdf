import { z } from 'zod';
import { isObject } from '../../core/is-object.ts';
import { contentOf } from '../anthropic-shared/content-of.ts';
import { documentData, imageData } from '../anthropic-shared/media-schema.ts';
import { cacheControl, expected, expectedType, flag, object, text } from '../anthropic-shared/schema-errors.ts';

/**
 * Content blocks as the Messages API takes them, with what the harness has to know of them. What else they have is kept,
 * and so are blocks and sources of other types, as they are: the API judges them.
 */

const imageSources = ['base64', 'url', 'file'];
const documentSources = ['base64', 'text', 'content', 'url', 'file'];

const imageSource = z.discriminatedUnion('type', imageData, { error: expectedType(imageSources) });

const textBlock = z.looseObject({ type: z.literal('text'), text, cache_control: cacheControl });
const image = z.looseObject({ type: z.literal('image'), source: imageSource, cache_control: cacheControl });

const citations = z.object({ enabled: flag.nullish() }, { error: expected('an object') });

const documentSource = z.discriminatedUnion(
  'type',
  [
    ...documentData,
    z.object({
      type: z.literal('content'),
      content: z.union([z.string(), z.array(z.discriminatedUnion('type', [textBlock, image]))], {
        error: expected('a valid string or a list of text and image blocks'),
      }),
    }),
  ],
  { error: expectedType(documentSources) },
);

const document = z.looseObject({
  type: z.literal('document'),
  cache_control: cacheControl,
  source: documentSource,
  title: text.nullish(),
  context: text.nullish(),
  citations: citations.nullish(),
});

const searchResult = z.looseObject({
  type: z.literal('search_result'),
  cache_control: cacheControl,
  source: text,
  title: text,
  content: z.array(textBlock, { error: expected('a list of text blocks') }),
  citations: citations.nullish(),
});

const id = text.min(1, { error: 'Input should not be empty' });

const opaque = z.object({ type: z.literal('opaque'), block: object });
const anyBlock = z.looseObject({ type: z.string() });

/** Wraps what is none of the types, or has a source of another type, so that it is passed on as it is. */
const wrapOther = (types: readonly string[]) => (block: unknown) => {
  if (!isObject(block) || typeof block['type'] !== 'string') return block;
  return types.includes(block['type']) && hasKnownSource(block) ? block : { type: 'opaque', block };
};

function hasKnownSource({ type, source }: Record<string, unknown>): boolean {
  if (!isObject(source) || typeof source['type'] !== 'string') return true;
  if (type === 'image') return imageSources.includes(source['type']);
  return type !== 'document' || documentSources.includes(source['type']);
}

const resultTypes = ['text', 'image', 'document', 'search_result'];
const resultBlock = z
  .preprocess(
    wrapOther(resultTypes),
    z.discriminatedUnion('type', [textBlock, image, document, searchResult, opaque], {
      error: expectedType(resultTypes),
    }),
  )
  .meta({ wire: z.union([textBlock, image, document, searchResult, anyBlock]) });

const toolResult = z.looseObject({
  type: z.literal('tool_result'),
  tool_use_id: id,
  content: contentOf(resultBlock).nullish(),
  is_error: flag.nullish(),
  cache_control: cacheControl,
});

const toolUse = z.looseObject({
  type: z.literal('tool_use'),
  id,
  name: id,
  input: object,
  cache_control: cacheControl,
});

const answerText = z.looseObject({
  type: z.literal('text'),
  text,
  citations: z.array(object, { error: expected('a list of citations') }).nullish(),
  cache_control: cacheControl,
});
const thinking = z.looseObject({ type: z.literal('thinking'), thinking: text, signature: text });
const redactedThinking = z.looseObject({ type: z.literal('redacted_thinking'), data: text });

const userTypes = [...resultTypes, 'tool_result'];
const userBlock = z
  .preprocess(
    wrapOther(userTypes),
    z.discriminatedUnion('type', [textBlock, image, document, searchResult, toolResult, opaque], {
      error: expectedType(userTypes),
    }),
  )
  .meta({ wire: z.union([textBlock, image, document, searchResult, toolResult, anyBlock]) });
const assistantTypes = ['text', 'thinking', 'redacted_thinking', 'tool_use'];
const assistantBlock = z
  .preprocess(
    wrapOther(assistantTypes),
    z.discriminatedUnion('type', [answerText, thinking, redactedThinking, toolUse, opaque], {
      error: expectedType(assistantTypes),
    }),
  )
  .meta({ wire: z.union([answerText, thinking, redactedThinking, toolUse, anyBlock]) });

export const systemContent = contentOf(z.discriminatedUnion('type', [textBlock], { error: expectedType(['text']) }));
export const userContent = contentOf(userBlock);
export const assistantContent = contentOf(assistantBlock);

export type ImageParam = z.infer<typeof image>;
export type TextParam = z.infer<typeof textBlock>;
export type DocumentParam = z.infer<typeof document>;
export type ResultParam = z.infer<typeof resultBlock>;
export type ToolResultParam = z.infer<typeof toolResult>;
export type UserParam = z.infer<typeof userBlock>;
export type AssistantParam = z.infer<typeof assistantBlock>;
