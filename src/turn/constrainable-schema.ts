import { isObject } from '../core/is-object.ts';
import type { JsonSchema } from '../core/conversation.ts';

/**
 * What the API's own schemas may consist of; source: its public documentation, "Structured outputs", and the official
 * client library, which describes everything else in words.
 */
const keywords = new Set([
  '$schema',
  '$ref',
  '$defs',
  'definitions',
  'type',
  'title',
  'description',
  'default',
  'enum',
  'const',
  'anyOf',
  'allOf',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'minItems',
  'format',
  'pattern',
]);

const formats = new Set<unknown>('date-time time date duration email hostname uri ipv4 ipv6 uuid'.split(' '));

/** Of regular expressions, the API refuses references back, looking ahead or behind, and word boundaries. */
const complexPattern = /\\[1-9bBkpP]|\(\?/;

/** Whether the API can keep an answer to a schema: it refuses recursion, open objects and most limits of values. */
export function isConstrainable(schema: JsonSchema): boolean {
  return new SchemaCheck(schema).passes();
}

class SchemaCheck {
  readonly #root: JsonSchema;
  /** Definitions that were found to be fine. */
  readonly #checked = new Set<string>();

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  passes(): boolean {
    return this.#fits(this.#root, new Set());
  }

  /** `open`: the definitions that the schema is part of. */
  #fits(schema: unknown, open: ReadonlySet<string>): boolean {
    if (!isObject(schema) || !Object.keys(schema).every((key) => keywords.has(key))) return false;
    const { $ref, $defs, definitions, properties, items, anyOf, allOf } = schema;
    const parts = [$defs, definitions, properties].flatMap((map) => (isObject(map) ? Object.values(map) : []));
    const lists = [anyOf, allOf].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []));
    return (
      hasKnownForm(schema) &&
      ($ref === undefined || this.#fitsReference($ref, open)) &&
      [...parts, ...lists, ...(items === undefined ? [] : [items])].every((part) => this.#fits(part, open))
    );
  }

  #fitsReference(reference: unknown, open: ReadonlySet<string>): boolean {
    if (typeof reference !== 'string' || open.has(reference)) return false;
    if (this.#checked.has(reference)) return true;
    const [, place, name] = /^#\/(\$defs|definitions)\/([^/~%]+)$/.exec(reference) ?? [];
    if (place === undefined || name === undefined) return false;
    const map = this.#root[place];
    if (!isObject(map) || !Object.hasOwn(map, name)) return false;
    const fits = this.#fits(map[name], new Set([...open, reference]));
    if (fits) this.#checked.add(reference);
    return fits;
  }
}

function hasKnownForm(schema: JsonSchema): boolean {
  const { $ref, type, enum: values, const: value, anyOf, allOf, additionalProperties, minItems, format } = schema;
  const types = Array.isArray(type) ? (type as unknown[]) : [type];
  const isKind = [$ref, type, values, value, anyOf, allOf].some((kind) => kind !== undefined);
  return (
    isKind &&
    (types.includes('object') ? additionalProperties === false : additionalProperties === undefined) &&
    (values === undefined || (Array.isArray(values) && values.every(isPrimitive))) &&
    (value === undefined || isPrimitive(value)) &&
    (minItems === undefined || minItems === 0 || minItems === 1) &&
    (format === undefined || formats.has(format)) &&
    isSimplePattern(schema['pattern']) &&
    !Array.isArray(schema['items'])
  );
}

function isSimplePattern(pattern: unknown): boolean {
  return pattern === undefined || (typeof pattern === 'string' && !complexPattern.test(pattern));
}

function isPrimitive(value: unknown): boolean {
  return value === null || typeof value !== 'object';
}
