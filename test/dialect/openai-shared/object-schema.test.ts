import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../../../src/core/conversation.ts';
import { toObjectSchema } from '../../../src/dialect/openai-shared/object-schema.ts';

const modern = (properties: object) => toObjectSchema({ type: 'object', properties }, 'schema')['properties'];

describe('toObjectSchema', () => {
  it('leaves a schema of today as it is', () => {
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: { items: { type: 'array', items: { $ref: '#/$defs/n' }, prefixItems: [{ type: 'string' }] } },
      $defs: { n: { type: 'integer', enum: [1, 2], default: { items: ['kept'] } } },
      additionalProperties: false,
    };
    expect(toObjectSchema(schema, 'schema')).toEqual(schema);
  });

  it('writes the tuples of draft 7 in the words of 2020-12, wherever they are', () => {
    const tuple = { type: 'array', items: [{ type: 'string' }, { type: 'integer' }] };
    const today = { type: 'array', prefixItems: [{ type: 'string' }, { type: 'integer' }] };
    expect(modern({ a: tuple, b: { anyOf: [{ type: 'null' }, tuple] }, c: { type: 'array', items: tuple } })).toEqual({
      a: today,
      b: { anyOf: [{ type: 'null' }, today] },
      c: { type: 'array', items: today },
    });
    expect(modern({ a: { ...tuple, additionalItems: false } })).toEqual({ a: { ...today, items: false } });
  });

  it('does not take a property for a keyword, nor a value for a schema', () => {
    const properties = {
      items: { const: { items: [1] } },
      additionalItems: { enum: [[{ items: [] }]] },
      anyOf: { examples: [{ items: [2] }] },
    };
    expect(modern(properties)).toEqual(properties);
  });

  it('means the same to both drafts', () => {
    const schema = {
      type: 'object',
      properties: { pair: { type: 'array', items: [{ type: 'string' }, { type: 'integer' }], additionalItems: false } },
    };
    const old = new Ajv({ strict: false }).compile(schema);
    const today = new Ajv2020({ strict: false }).compile(toObjectSchema(schema, 'schema'));
    for (const pair of [['a', 1], ['a', 'b'], ['a', 1, 2], ['a'], []]) expect(today({ pair })).toBe(old({ pair }));
  });

  it('refuses what no stack can hold', () => {
    let nested: object = { type: 'string' };
    for (let depth = 0; depth < 5000; depth += 1) nested = { type: 'array', items: nested };
    expect(() => toObjectSchema({ type: 'object', properties: { nested } }, 'tools[0]')).toThrow(
      'tools[0] is nested too deeply.',
    );
  });

  it('keeps properties of any name', () => {
    const schema = JSON.parse(
      '{"type":"object","properties":{"__proto__":{"type":"string"},"a":{"__proto__":{"b":1},"constructor":{}}}}',
    ) as JsonSchema;
    expect(JSON.stringify(toObjectSchema(schema, 'parameters'))).toBe(JSON.stringify(schema));
  });
});
