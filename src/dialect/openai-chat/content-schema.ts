import { z } from 'zod';
import { expected, expectedKind } from '../openai-shared/schema-errors.ts';

const text = z.object({ type: z.literal('text'), text: z.string({ error: expected('a string') }) });

const refusal = z.object({ type: z.literal('refusal'), refusal: z.string({ error: expected('a string') }) });

const image = z.object({
  type: z.literal('image_url'),
  image_url: z.object(
    { url: z.string({ error: expected('a string') }), detail: z.unknown().optional() },
    { error: expected('an object with a url') },
  ),
});

const file = z.object({
  type: z.literal('file'),
  file: z.object(
    {
      file_data: z.string({ error: expected('a string') }).nullish(),
      file_id: z.string({ error: expected('a string') }).nullish(),
      filename: z.string({ error: expected('a string') }).nullish(),
    },
    { error: expected('an object with file_data or file_id') },
  ),
});

const audio = z.object({ type: z.literal('input_audio') });

const part = 'an object with a type';
const textPart = z.discriminatedUnion('type', [text], { error: expectedKind(part, 'text') });
const answerPart = z.discriminatedUnion('type', [text, refusal], { error: expectedKind(part, 'text', 'refusal') });
const resultPart = z.discriminatedUnion('type', [text, image], { error: expectedKind(part, 'text', 'image_url') });
// Audio is listed so that it is refused with a reason rather than as an unknown type.
const userPart = z.discriminatedUnion('type', [text, image, file, audio], {
  error: expectedKind(part, 'text', 'image_url', 'file'),
});

export type TextPart = z.infer<typeof text>;
export type ImagePart = z.infer<typeof image>;
export type FilePart = z.infer<typeof file>;
export type AnswerPart = z.infer<typeof answerPart>;
export type ResultPart = z.infer<typeof resultPart>;
export type UserPart = z.infer<typeof userPart>;

/**
 * A string becomes a list of one text part: one shape for the code that follows, and no union of string and list whose
 * errors zod could only report as "invalid union". Here and elsewhere `wire` is what clients may send, for descriptions.
 */
function contentOf<Part extends z.ZodType>(schema: Part) {
  const parts = z.array(schema, { error: expected('a string or a list of content parts') });
  return z
    .preprocess((content) => (typeof content === 'string' ? [{ type: 'text', text: content }] : content), parts)
    .meta({ wire: z.union([z.string(), parts]) });
}

export const systemContent = contentOf(textPart);
export const userContent = contentOf(userPart);
export const answerContent = contentOf(answerPart);
export const resultContent = contentOf(resultPart);
