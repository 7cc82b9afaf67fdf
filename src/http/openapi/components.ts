import type { z } from 'zod';
import type { NamedSchema } from '../../core/endpoint.ts';
import { toComponents, type JsonSchema } from './json-schema.ts';

/** Schemas that requests and answers refer to by name. */
export interface Referred {
  requests: readonly NamedSchema[];
  answers: readonly NamedSchema[];
}

/** Every schema that operations refer to by name, and those that are parts of others under names of their own. */
export function componentSchemas(
  operations: readonly Referred[],
  parts: readonly NamedSchema[],
): Record<string, JsonSchema> {
  const requests = operations.flatMap((operation) => operation.requests);
  const answers = operations.flatMap((operation) => operation.answers);
  return {
    ...toComponents(byName(requests), 'input'),
    ...toComponents(byName([...answers, ...parts]), 'output'),
  };
}

export function schemaRef({ name }: NamedSchema): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

function byName(schemas: readonly NamedSchema[]): Record<string, z.ZodType> {
  return Object.fromEntries(schemas.map(({ name, schema }) => [name, schema as z.ZodType]));
}
