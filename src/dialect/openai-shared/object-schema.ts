import { isObject } from '../../core/is-object.ts';
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
  // Entries, since a property named `__proto__` cannot be assigned.
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]): [string, unknown] => {
      if (key === 'items' && Array.isArray(value)) return ['prefixItems', value.map(deeper)];
      if (key === 'additionalItems' && Array.isArray(schema['items'])) return ['items', deeper(value)];
      if (schemaKeys.has(key)) return [key, deeper(value)];
      if (listKeys.has(key) && Array.isArray(value)) return [key, value.map(deeper)];
      if (mapKeys.has(key) && isObject(value)) return [key, mapValues(value, deeper)];
      return [key, value];
    }),
  );
}

function mapValues(map: JsonSchema, change: (value: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value)]));
}
