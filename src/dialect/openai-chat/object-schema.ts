import type { JsonSchema } from '../../core/conversation.ts';
import { invalidRequest } from './invalid-request.ts';

/** The Messages API wants `type: object` said; clients often leave it out. Throws `INVALID_REQUEST` for another type. */
export function toObjectSchema(schema: JsonSchema, param: string): JsonSchema {
  if (schema['type'] === undefined || schema['type'] === null) return { ...schema, type: 'object' };
  if (schema['type'] !== 'object') throw invalidRequest(`${param}.type`, 'must be object.');
  return schema;
}
