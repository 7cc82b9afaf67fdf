import { describe, expect, it } from 'vitest';
import { isConstrainable } from '../../src/turn/constrainable-schema.ts';

const object = (properties: object, more: object = {}) => ({
  type: 'object',
  properties,
  additionalProperties: false,
  ...more,
});
const text = { type: 'string' };

describe('isConstrainable', () => {
  it.each([
    ['an empty object', object({})],
    ['simple properties', object({ a: text, b: { type: ['integer', 'null'], description: 'How many', default: 1 } })],
    ['lists and choices', object({ a: { type: 'array', items: { anyOf: [text, { type: 'null' }] }, minItems: 1 } })],
    ['given values', object({ a: { enum: ['x', 1, null] }, b: { const: true } })],
    [
      'known formats and simple patterns',
      object({ a: { ...text, format: 'date' }, b: { ...text, pattern: '^[a-z]+$' } }),
    ],
    [
      'definitions, used twice',
      object({ a: { $ref: '#/$defs/x' }, b: { $ref: '#/$defs/x' } }, { $defs: { x: object({}) } }),
    ],
    ['the name of a dialect', { $schema: 'http://json-schema.org/draft-07/schema#', ...object({}) }],
    ['properties that are named like keywords', object({ minimum: text, $ref: text })],
  ])('takes %s', (_what, schema) => {
    expect(isConstrainable(schema)).toBe(true);
  });

  it.each([
    ['an open object', { type: 'object', properties: {} }],
    ['an object that is open by its word', object({}, { additionalProperties: text })],
    ['an open object further down', object({ a: { type: 'array', items: { type: ['object', 'null'] } } })],
    ['an open definition', object({}, { $defs: { x: { type: 'object' } } })],
    ['limits of numbers', object({ a: { type: 'integer', minimum: 1 } })],
    ['limits of texts', object({ a: { ...text, maxLength: 3 } })],
    ['limits of lists', object({ a: { type: 'array', items: text, minItems: 2 } })],
    ['tuples', object({ a: { type: 'array', items: [text] } })],
    ['unknown formats', object({ a: { ...text, format: 'phone' } })],
    ['patterns that look ahead', object({ a: { ...text, pattern: '^(?=a)' } })],
    ['objects among the values', object({ a: { enum: [{}] } })],
    ['anything at all', object({ a: {} })],
    ['a schema that is true', object({ a: true })],
    ['either, but not both', object({ a: { oneOf: [text] } })],
    ['recursion', object({ a: { $ref: '#/$defs/x' } }, { $defs: { x: object({ x: { $ref: '#/$defs/x' } }) } })],
    ['recursion of the whole', object({ a: { $ref: '#' } })],
    ['a schema elsewhere', object({ a: { $ref: 'https://example.com/x.json' } })],
    ['a definition that is not there', object({ a: { $ref: '#/$defs/x' } })],
    ['a reference into a property', object({ a: text, b: { $ref: '#/properties/a' } })],
  ])('leaves %s', (_what, schema) => {
    expect(isConstrainable(schema)).toBe(false);
  });
});
