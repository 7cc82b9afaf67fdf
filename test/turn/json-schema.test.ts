import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../../src/core/conversation.ts';
import { compileSchema } from '../../src/turn/json-schema.ts';

const compile = (schema: JsonSchema) => compileSchema(schema, 'tools[0].function.parameters');
const object = (properties: Record<string, unknown>, rest: object = {}): JsonSchema => ({
  type: 'object',
  properties,
  ...rest,
});
const ref = (step: number) => ({ $ref: `#/$defs/d${step}` });
const city = { city: { type: 'string' } };

describe('compileSchema', () => {
  it.each([
    undefined,
    'http://json-schema.org/draft-04/schema#',
    'http://json-schema.org/draft-07/schema#',
    'https://json-schema.org/draft/2019-09/schema',
    'https://json-schema.org/draft/2020-12/schema',
    'https://schemas.example/of-our-own',
  ])('takes a schema of the draft %s', (draft) => {
    const validate = compile({ ...(draft !== undefined && { $schema: draft }), ...object(city) });
    expect(validate({ city: 'Rome' })).toBeUndefined();
    expect(validate({ city: 1 })).toBe('/city must be string');
  });

  it.each<[string, JsonSchema]>([
    ['definitions', object({ at: { $ref: '#/definitions/place' } }, { definitions: { place: object(city) } })],
    ['$defs', object({ at: { $ref: '#/$defs/place' } }, { $defs: { place: object(city) } })],
    ['prefixItems', object({ at: { properties: { city: { prefixItems: [{ type: 'number' }], type: 'string' } } } })],
    [
      'a schema within a schema',
      object({ at: { $schema: 'http://json-schema.org/draft-07/schema#', ...object(city) } }),
    ],
  ])('understands %s', (_what, schema) => {
    expect(compile(schema)({ at: { city: 'Rome' } })).toBeUndefined();
    expect(compile(schema)({ at: { city: 1 } })).toBe('/at/city must be string');
  });

  it('follows a schema into itself', () => {
    const validate = compile(object({ next: { $ref: '#' }, ...city }));
    expect(validate({ next: { next: { city: 1 } } })).toBe('/next/next/city must be string');
  });

  it('takes no notice of keywords and formats that it does not know', () => {
    const schema = object({ city: { type: 'string', format: 'postal', 'x-order': 1, discriminator: { mapping: {} } } });
    expect(compile(schema)({ city: 'Rome' })).toBeUndefined();
  });

  it.each(['email', 'date-time', 'uri', 'uuid'])('takes the format %s for a remark', (format) => {
    expect(compile(object({ value: { type: 'string', format } }))({ value: 'none' })).toBeUndefined();
  });

  it.each([
    [0.01, 19.99, 19.995],
    [0.1, 0.3, 0.35],
    [5, 15, 16],
  ])('knows the multiples of %d', (multipleOf, good, bad) => {
    const validate = compile(object({ value: { multipleOf } }));
    expect(validate({ value: good })).toBeUndefined();
    expect(validate({ value: bad })).toBe(`/value must be multiple of ${multipleOf}`);
  });

  it.each<[string, string, string | undefined]>([
    ['^\\p{L}+$', 'Zürich', '7'],
    ['^.$', '🙂', 'ab'],
    ['^[\\w\\-]+$', 'a-b', 'a b'],
    ['(?i)^paris$', 'PARIS', 'Rome'],
    ['^(?P<a>x)(?P=a)$', 'xx', 'xy'],
    ['\\A\\d+\\Z', '12', 'a12'],
    ['^\\\\A$', '\\A', 'A'],
    ['(?x) a b', 'ab', undefined],
    ['^a++$', 'b', undefined],
  ])('reads the pattern %s as it is meant', (pattern, good, bad) => {
    const validate = compile(object({ value: { pattern } }));
    expect(validate({ value: good })).toBeUndefined();
    if (bad !== undefined) expect(validate({ value: bad })).toBe(`/value must match pattern "${pattern}"`);
  });

  it('keeps two schemas of one $id apart', () => {
    const $id = 'https://schemas.example/place';
    const text = compile({ $id, ...object({ at: { type: 'string' } }) });
    const number = compile({ $id, ...object({ at: { type: 'number' } }) });
    expect([text({ at: 'x' }), text({ at: 1 })]).toEqual([undefined, '/at must be string']);
    expect([number({ at: 1 }), number({ at: 'x' })]).toEqual([undefined, '/at must be number']);
  });

  it('compiles a schema once, since agents send theirs with every request', () => {
    const schema = (): JsonSchema => object({ once: { type: 'string' } });
    expect(compile(schema())).toBe(compile(schema()));
    expect(compile(schema())).not.toBe(compile(object({ twice: { type: 'string' } })));
  });

  it.each<[string, JsonSchema, RegExp]>([
    ['a type that there is not', object({ a: { type: 'text' } }), /type must be JSONType/],
    ['properties that are a list', { type: 'object', properties: [] }, /properties value must be \["object"\]/],
    ['a reference to nothing', object({ a: { $ref: '#/$defs/no' } }), /can't resolve reference #\/\$defs\/no/],
    [
      'a reference to another place, which is not fetched',
      object({ a: { $ref: 'https://schemas.example/elsewhere' } }),
      /can't resolve reference https:\/\/schemas\.example\/elsewhere/,
    ],
    ['a pattern that is none', object({ a: { pattern: '(' } }), /Invalid regular expression/],
  ])('refuses %s with the name of the field', (_what, schema, reason) => {
    const field = 'response_format.json_schema.schema';
    const refusal = expect.objectContaining({
      code: 'INVALID_REQUEST',
      message: expect.stringMatching(reason) as string,
      facts: expect.objectContaining({ param: field }) as object,
    }) as Error;
    expect(() => compileSchema(schema, field)).toThrow(refusal);
    expect(() => compileSchema(schema, field)).toThrow(`${field} is not a valid JSON schema: `);
  });

  it('refuses a schema that takes too long to compile, and says so', () => {
    const properties = Array.from({ length: 20_000 }, (_, index) => [`p${index}`, object({ a: { type: 'string' } })]);
    const before = performance.now();
    const huge = object(Object.fromEntries(properties) as Record<string, unknown>);
    expect(() => compileSchema(huge, 'response_format')).toThrow(/^response_format .*(too long|timed out)/);
    expect(performance.now() - before).toBeLessThan(5000);
  });

  it('names the field of each request, also where another had the same mistake', () => {
    const broken = object({ a: { type: 'text' } });
    for (const field of ['tools[0].function.parameters', 'tools[1].function.parameters']) {
      expect(() => compileSchema(broken, field)).toThrow(`${field} is not`);
    }
  });
});

describe('a compiled schema', () => {
  const place = object({ city: { type: 'string' }, size: { enum: ['S', 'L'] } }, { required: ['city'] });

  it.each<[string, JsonSchema, unknown, string]>([
    ['what is missing', place, {}, "must have required property 'city'"],
    [
      'what is too much',
      { ...place, additionalProperties: false },
      { city: 'a', x: 1 },
      'must NOT have additional properties (x)',
    ],
    [
      'what is none of the choices',
      place,
      { city: 'a', size: 'M' },
      '/size must be equal to one of the allowed values',
    ],
    ['another kind of value', place, [], 'must be object'],
    ['nothing at all', place, null, 'must be object'],
    [
      'what is wrong in a list',
      object({ l: { type: 'array', items: place } }),
      { l: [{ city: 'a' }, { city: 1 }] },
      '/l/1/city must be string',
    ],
    [
      'the first of several mistakes',
      object({ a: { type: 'null' }, b: { type: 'null' } }),
      { a: 1, b: 1 },
      '/a must be null',
    ],
  ])('tells %s', (_what, schema, value, reason) => {
    expect(compile(schema)(value)).toBe(reason);
  });

  it('does not change the value that it looks at', () => {
    const value = { size: 'S', city: 'Rome', more: 1 };
    compile(object({ ...city, size: { default: 'L' } }))(value);
    expect(value).toEqual({ size: 'S', city: 'Rome', more: 1 });
  });

  it('gives up on a pattern that takes for ever, and is of use afterwards', () => {
    const validate = compile(object({ a: { pattern: '^(a+)+$' } }));
    const before = performance.now();
    expect(validate({ a: `${'a'.repeat(50)}!` })).toBe('could not be checked in time');
    expect(performance.now() - before).toBeLessThan(3000);
    expect(validate({ a: 'aa' })).toBeUndefined();
  });

  it('gives up on references that double with every step', () => {
    const steps = Array.from({ length: 40 }, (_, step) => [`d${step + 1}`, { allOf: [ref(step), ref(step)] }]);
    const $defs = { d0: { type: 'string' }, ...(Object.fromEntries(steps) as object) };
    expect(compile(object({ a: ref(40) }, { $defs }))({ a: 'x' })).toBe('could not be checked in time');
  });

  // Such a check would be a promise, which passes for a match and rejects where nobody listens: the service would end.
  it('checks at once, though the schema asks for a check later', () => {
    let reason: unknown;
    try {
      reason = compile({ $async: true, ...object(city) })({ city: 1 });
    } catch (error) {
      reason = error;
    }
    expect(reason).toBeDefined();
  });
});
