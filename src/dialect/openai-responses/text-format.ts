import { z } from 'zod';
import type { OutputFormat } from '../../core/turn-options.ts';
import { flag, jsonObject, text } from '../openai-shared/function-schema.ts';
import { anyObjectFormat, toSchemaFormat } from '../openai-shared/output-format.ts';
import { expectedKind } from '../openai-shared/schema-errors.ts';

export const textFormat = z.discriminatedUnion(
  'type',
  [
    z.object({ type: z.literal('text') }),
    z.object({ type: z.literal('json_object') }),
    z.object({
      type: z.literal('json_schema'),
      name: z.unknown().optional(),
      description: text.nullish(),
      schema: jsonObject,
      // Answers have to match the schema in any case.
      strict: flag.nullish(),
    }),
  ],
  { error: expectedKind('an object with a type', 'text', 'json_object', 'json_schema') },
);

/** The form that the answer must have; `undefined` for plain text. Throws `INVALID_REQUEST`. */
export function toOutputFormat(format: z.infer<typeof textFormat> | null | undefined): OutputFormat | undefined {
  switch (format?.type) {
    case undefined:
    case 'text':
      return undefined;
    case 'json_object':
      return anyObjectFormat('text.format');
    case 'json_schema':
      return toSchemaFormat(format.schema, format.description, 'text.format.schema');
  }
}
