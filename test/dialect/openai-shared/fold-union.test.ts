import { describe, expect, it } from 'vitest';
import { foldUnion } from '../../../src/dialect/openai-shared/fold-union.ts';

const a = { type: 'string' };
const b = { type: 'number' };
const object = (properties: object, ...required: string[]) => ({ type: 'object', properties, required });

describe('foldUnion', () => {
  it('leaves other schemas as they are', () => {
    const schema = object({ a: { anyOf: [a, b] } }, 'a');
    expect(foldUnion(schema)).toBe(schema);
  });

  it.each(['anyOf', 'oneOf'])('of %s has all properties, and requires what all require', (union) => {
    const schema = {
      type: 'object',
      [union]: [object({ id: a, x: a }, 'id', 'x'), object({ id: b, y: b }, 'id', 'y')],
    };
    expect(foldUnion(schema)).toEqual({
      type: 'object',
      properties: { id: { anyOf: [a, b] }, x: a, y: b },
      required: ['id'],
    });
  });

  it('of allOf requires everything, beside what the root has', () => {
    const schema = { ...object({ id: a }, 'id'), allOf: [object({ id: b, x: a }, 'x'), object({ y: b })] };
    expect(foldUnion(schema)).toEqual({ type: 'object', properties: { id: a, x: a, y: b }, required: ['id', 'x'] });
  });

  it('finds branches that stand elsewhere, and unions within them', () => {
    const $defs = { one: object({ x: a }), two: { oneOf: [{ $ref: '#/$defs/one' }, object({ y: b })] } };
    expect(foldUnion({ $defs, anyOf: [{ $ref: '#/$defs/two' }, { $ref: '#/$defs/none' }] })).toEqual({
      $defs,
      properties: { x: a, y: b },
    });
  });

  it('ends where a branch is the branch itself, or what it is in', () => {
    const $defs = { loop: { $ref: '#/$defs/loop' }, deep: { anyOf: [{ $ref: '#/$defs/deep' }] } };
    expect(foldUnion({ $defs, anyOf: [{ $ref: '#/$defs/loop' }] })).toEqual({ $defs, properties: {} });
    expect(foldUnion({ $defs, anyOf: [{ $ref: '#/$defs/deep' }] })).toEqual({ $defs, properties: {} });
    const wide = { anyOf: Array.from({ length: 50 }, () => ({ $ref: '#/$defs/wide' })) };
    expect(foldUnion({ $defs: { wide }, ...wide })).toMatchObject({ properties: {} });
  });
});
