import type { JsonSchema } from '../../core/conversation.ts';
import { invalidRequest } from './invalid-request.ts';

/** Deeper than any schema written by hand; far less than what overflows the stack. */
const maxDepth = 100;

/**
 * The schema as the Messages API expects it: with `type: object`, which clients often leave out, and in the keywords of
 * draft 2020-12, where clients write draft 7. Throws `INVALID_REQUEST` for another type.
 */
export function toObjectSchema(schema: JsonSchema, param: string): JsonSchema {
  const { type } = schema;
  if (type !== undefined && type !== null && type !== 'object')
    throw invalidRequest(`${param}.type`, 'must be object.');
  const modern = modernize(schema, param, 0);
  return type === 'object' ? modern : { ...modern, type: 'object' };
}

const schemaKeys = new Set([
  'items',
  'contains',
  'not',
  'if',
  'then',
  'else',
  'additionalProperties',
  'unevaluatedProperties',
  'unevaluatedItems',
  'propertyNames',
]);
const listKeys = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const mapKeys = new Set(['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions']);

/** Only tuples use keywords that have another meaning in draft 7: `items` as a list, and `additionalItems`. */
function modernize(schema: JsonSchema, param: string, depth: number): JsonSchema {
  if (depth > maxDepth) throw invalidRequest(param, 'is nested too deeply.');
  const deeper = (value: unknown): unknown => (isObject(value) ? modernize(value, param, depth + 1) : value);
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'items' && Array.isArray(value)) result['prefixItems'] = value.map(deeper);
    else if (key === 'additionalItems' && Array.isArray(schema['items'])) result['items'] = deeper(value);
    else if (schemaKeys.has(key)) result[key] = deeper(value);
    else if (listKeys.has(key) && Array.isArray(value)) result[key] = value.map(deeper);
    else if (mapKeys.has(key) && isObject(value)) {
      result[key] = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, deeper(part)]));
    } else result[key] = value;
  }
  return result;
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
