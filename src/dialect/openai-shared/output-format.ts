import type { JsonSchema } from '../../core/conversation.ts';
import type { OutputFormat } from '../../core/turn-options.ts';
import { toObjectSchema } from './object-schema.ts';

const anyObject: JsonSchema = { type: 'object', additionalProperties: true };

/** Any JSON object. `field` is the one that asks for it. */
export function anyObjectFormat(field: string): OutputFormat {
  return { schema: anyObject, field };
}

/** An object of the client's schema, which `field` holds. Throws `INVALID_REQUEST`. */
export function toSchemaFormat(
  schema: JsonSchema | null | undefined,
  description: string | null | undefined,
  field: string,
): OutputFormat {
  const object = toObjectSchema(schema ?? anyObject, field);
  return { schema: description == null ? object : { description, ...object }, field };
}
