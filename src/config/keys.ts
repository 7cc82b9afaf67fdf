import { z } from 'zod';
import { type KeyType, keyTypes } from './key-types.ts';
import { configSchema } from './schema.ts';

export const environmentPrefix = 'CLAUDE_HARNESS_';

export interface ConfigKey extends KeyType {
  /** `limits.queue_timeout`; the bare name for a key outside the sections. */
  path: string;
  section: string | undefined;
  name: string;
  /** `CLAUDE_HARNESS_LIMITS__QUEUE_TIMEOUT`. */
  environmentName: string;
  /** True for a key without a default. */
  optional: boolean;
  description: string;
}

interface ConfigSection {
  name: string;
  description: string;
}

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodPrefault || schema instanceof z.ZodExactOptional ? schema.unwrap() : schema;
}

function toKey(section: string | undefined, name: string, schema: z.ZodType): ConfigKey {
  const path = section === undefined ? name : `${section}.${name}`;
  const inner = unwrap(schema);
  const type = inner instanceof z.ZodType ? keyTypes.get(inner) : undefined;
  if (type === undefined || schema.description === undefined) throw new Error(`${path} lacks a type or a description`);
  return {
    ...type,
    path,
    section,
    name,
    environmentName: environmentPrefix + path.replace('.', '__').toUpperCase(),
    optional: schema instanceof z.ZodExactOptional,
    description: schema.description,
  };
}

type Shape = Readonly<Record<string, z.ZodType>>;

function asSection(schema: z.ZodType): z.ZodObject<Shape> | undefined {
  const inner = unwrap(schema);
  return inner instanceof z.ZodObject ? inner : undefined;
}

const entries: [string, z.ZodType][] = Object.entries(configSchema.shape);

/** All sections, in the schema's order. */
export const configSections: readonly ConfigSection[] = entries.flatMap(([name, schema]) => {
  const section = asSection(schema);
  return section === undefined ? [] : [{ name, description: section.description ?? '' }];
});

/** All keys, in the schema's order. */
export const configKeys: readonly ConfigKey[] = entries.flatMap(([name, schema]) => {
  const section = asSection(schema);
  if (section === undefined) return [toKey(undefined, name, schema)];
  return Object.entries(section.shape).map(([key, keySchema]) => toKey(name, key, keySchema));
});

const keysByPath = new Map(configKeys.map((key) => [key.path, key]));

export function findKey(path: string): ConfigKey | undefined {
  return keysByPath.get(path);
}
