import { z } from 'zod';

/** `input`: what clients may send; `output`: what they get, where nothing is added that is not named. */
export type Direction = 'input' | 'output';
export type JsonSchema = Record<string, unknown>;

/** The schemas as components of the description, each referring to the others by name. */
export function toComponents(schemas: Readonly<Record<string, z.ZodType>>, io: Direction): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const made = z.toJSONSchema(registry, { ...optionsFor(io), uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(Object.entries(made.schemas).map(([id, schema]) => [id, withoutFrame(schema)]));
}

export function toJsonSchema(schema: z.ZodType, io: Direction): JsonSchema {
  return withoutFrame(z.toJSONSchema(schema, optionsFor(io)));
}

function optionsFor(io: Direction) {
  return {
    io,
    // Objects that are passed on as they are say in their metadata what is known of them.
    unrepresentable: 'any' as const,
    override: ({ jsonSchema }: { jsonSchema: JsonSchema }) => {
      replaceByWireForm(jsonSchema, io);
      if (jsonSchema['maximum'] === Number.MAX_SAFE_INTEGER) delete jsonSchema['maximum'];
      if (jsonSchema['minimum'] === Number.MIN_SAFE_INTEGER) delete jsonSchema['minimum'];
    },
  };
}

/** Where a schema reads several forms as one, its metadata has under `wire` what may be sent. */
function replaceByWireForm(jsonSchema: JsonSchema, io: Direction): void {
  const { wire } = jsonSchema;
  if (!(wire instanceof z.ZodType)) return;
  for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key);
  Object.assign(jsonSchema, toJsonSchema(wire, io));
}

function withoutFrame(schema: object): JsonSchema {
  const rest: JsonSchema = { ...schema };
  delete rest['$schema'];
  delete rest['$id'];
  return rest;
}
