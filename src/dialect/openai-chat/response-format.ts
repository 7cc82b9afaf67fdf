import { z } from 'zod';
import type { OutputFormat } from '../../core/turn-options.ts';
import { jsonObject } from '../openai-shared/function-schema.ts';
import { anyObjectFormat, toSchemaFormat } from '../openai-shared/output-format.ts';
import { expected, expectedKind } from '../openai-shared/schema-errors.ts';

const jsonSchema = z.object(
  {
    name: z.unknown().optional(),
    description: z.string({ error: expected('a string') }).nullish(),
    schema: jsonObject.nullish(),
    // Answers have to match the schema in any case.
    strict: z.boolean({ error: expected('true or false') }).nullish(),
  },
  { error: expected('an object with a schema') },
);

export const responseFormat = z.discriminatedUnion(
  'type',
  [
    z.object({ type: z.literal('text') }),
    z.object({ type: z.literal('json_object') }),
    z.object({ type: z.literal('json_schema'), json_schema: jsonSchema }),
  ],
  { error: expectedKind('an object with a type', 'text', 'json_object', 'json_schema') },
);

/** The form that the answer must have; `undefined` for plain text. Throws `INVALID_REQUEST`. */
export function toOutputFormat(format: z.infer<typeof responseFormat> | null | undefined): OutputFormat | undefined {
  switch (format?.type) {
    case undefined:
    case 'text':
      return undefined;
    case 'json_object':
      return anyObjectFormat('response_format');
    case 'json_schema': {
      const { schema, description } = format.json_schema;
      return toSchemaFormat(schema, description, 'response_format.json_schema.schema');
    }
  }
}
