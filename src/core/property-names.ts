import type { JsonSchema } from './conversation.ts';
import { isObject } from './is-object.ts';

/** Keywords whose values are data rather than schemas. */
export const dataKeywords: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'examples', 'required']);

/** What the Messages API takes as the name of a property. */
const taken = /^[A-Za-z0-9_.-]{1,64}$/;

export function isTakenName(name: string): boolean {
  return taken.test(name);
}

/** Whether a schema has a property, at any depth, whose name the API does not take. */
export function hasRefusedNames(schema: JsonSchema): boolean {
  return ![...propertyNames(schema)].every(isTakenName);
}

/** The names of all properties of a schema, at any depth. */
export function propertyNames(schema: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(schema)) for (const one of schema) propertyNames(one, found);
  if (!isObject(schema)) return found;
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'properties' && isObject(value)) {
      for (const [name, property] of Object.entries(value)) propertyNames(property, found.add(name));
    } else if (!dataKeywords.has(keyword)) {
      propertyNames(value, found);
    }
  }
  return found;
}
