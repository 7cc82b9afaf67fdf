import { isObject } from '../../core/is-object.ts';
import type { JsonSchema } from '../../core/conversation.ts';

const unions = ['anyOf', 'oneOf', 'allOf'] as const;

/**
 * A schema whose root is a union, as one object: the Messages API takes no union there. It has the properties of all
 * branches, and requires what every branch does, so that it takes at least what the union takes.
 */
export function foldUnion(schema: JsonSchema): JsonSchema {
  return fold(schema, schema, new Set());
}

/** `seen`: what a branch may refer to again, which adds nothing then. */
function fold(schema: JsonSchema, root: JsonSchema, seen: Set<JsonSchema>): JsonSchema {
  if (seen.has(schema)) return {};
  seen.add(schema);
  if (!unions.some((name) => Array.isArray(schema[name]))) return schema;
  let folded: JsonSchema = Object.fromEntries(
    Object.entries(schema).filter(([key]) => !(unions as readonly string[]).includes(key)),
  );
  for (const name of unions) {
    const branches = schema[name];
    if (!Array.isArray(branches)) continue;
    const objects = branches.map((branch) => fold(resolved(branch, root), root, seen));
    folded = withBranches(folded, objects, name === 'allOf');
  }
  return folded;
}

function withBranches(schema: JsonSchema, branches: readonly JsonSchema[], holdAll: boolean): JsonSchema {
  const properties = new Map(Object.entries(objectOf(schema['properties'])));
  const added = new Map<string, unknown[]>();
  for (const branch of branches) {
    for (const [key, value] of Object.entries(objectOf(branch['properties']))) {
      const known = added.get(key) ?? [];
      if (!known.some((one) => JSON.stringify(one) === JSON.stringify(value))) added.set(key, [...known, value]);
    }
  }
  for (const [key, values] of added) {
    const own = properties.get(key);
    const all = own === undefined ? values : [own];
    properties.set(key, all.length === 1 ? all[0] : { [holdAll ? 'allOf' : 'anyOf']: all });
  }
  const lists = branches.map(requiredOf);
  const shared = holdAll ? lists.flat() : (lists[0] ?? []).filter((key) => lists.every((list) => list.includes(key)));
  const required = [...new Set([...requiredOf(schema), ...shared])];
  return { ...schema, properties: Object.fromEntries(properties), ...(required.length > 0 && { required }) };
}

/** A branch that stands elsewhere in the schema; one that cannot be found adds nothing. */
function resolved(branch: unknown, root: JsonSchema): JsonSchema {
  const seen = new Set<string>();
  let found = branch;
  while (isObject(found) && typeof found['$ref'] === 'string' && !seen.has(found['$ref'])) {
    seen.add(found['$ref']);
    const path = found['$ref'].startsWith('#/') ? found['$ref'].slice(2).split('/') : [];
    found = path.reduce<unknown>((place, key) => (isObject(place) ? place[key] : undefined), root);
  }
  return objectOf(found);
}

function objectOf(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}

function requiredOf(schema: JsonSchema): string[] {
  const { required } = schema;
  return Array.isArray(required) ? required.filter((key) => typeof key === 'string') : [];
}
