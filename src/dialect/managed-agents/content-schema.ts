import { z } from 'zod';
import { someContentOf, contentOf } from '../anthropic-shared/content-of.ts';
import { documentData, imageData } from '../anthropic-shared/media-schema.ts';
import { expected, expectedType, flag, text } from '../anthropic-shared/schema-errors.ts';
import { fields } from '../anthropic-shared/read-request.ts';

/** Blocks of what clients say, which reach the model as they are: they have the Messages API's form. */

const textBlock = fields({ type: z.literal('text'), text });
/** The API takes no block that says nothing. */
const saidText = fields({
  type: z.literal('text'),
  text: text.min(1, { error: 'String should have at least 1 character' }),
});
const image = fields({
  type: z.literal('image'),
  source: z.discriminatedUnion('type', imageData, { error: expectedType(['base64', 'url', 'file']) }),
});
const document = fields({
  type: z.literal('document'),
  source: z.discriminatedUnion('type', documentData, { error: expectedType(['base64', 'text', 'url', 'file']) }),
  title: text.nullable().exactOptional(),
  context: text.nullable().exactOptional(),
});
const searchResult = fields({
  type: z.literal('search_result'),
  source: text,
  title: text,
  content: z.array(textBlock, { error: expected('a list of text blocks') }),
  citations: fields({ enabled: flag }),
});

const notRedacted = (type: string) =>
  type === 'redacted' ? 'A redacted block has no content that could be sent' : undefined;

export const userContent = someContentOf(
  z.discriminatedUnion('type', [saidText, image, document], {
    error: expectedType(['text', 'image', 'document'], notRedacted),
  }),
);
export const systemContent = someContentOf(
  z.discriminatedUnion('type', [saidText], { error: expectedType(['text'], notRedacted) }),
);
export const resultContent = contentOf(
  z.discriminatedUnion('type', [textBlock, image, document, searchResult], {
    error: expectedType(['text', 'image', 'document', 'search_result'], notRedacted),
  }),
);
