import { z } from 'zod';
import { imageTypeOf } from '../../core/image-type.ts';
import { expected, listOf, text } from './schema-errors.ts';

/** Where the data of images and documents may come from, as the APIs have it in common. */

const imageTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const;

/** Looks for a bad character instead of matching the whole: a pattern over 20 MB overflows the regex engine's stack. */
const base64 = text.refine((data) => data !== '' && !/[^A-Za-z0-9+/=]/.test(data), {
  error: 'Input should be valid base64 data without line breaks',
});
/** Whether the label is right is for the API to say; what is no image at all, it would refuse without saying where. */
const image = base64.refine((data) => imageTypeOf(data) !== undefined, {
  error: 'Input should be the data of a JPEG, PNG, GIF or WebP image',
});
const url = z.object({ type: z.literal('url'), url: text });
/** One that was uploaded before; whether there is such a file, the dialects cannot know. */
const file = z.object({ type: z.literal('file'), file_id: text.min(1, { error: 'Input should not be empty' }) });

export const imageData = [
  z.object({
    type: z.literal('base64'),
    media_type: z.enum(imageTypes, { error: expected(listOf(imageTypes)) }),
    data: image,
  }),
  url,
  file,
] as const;

export const documentData = [
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
  file,
] as const;
