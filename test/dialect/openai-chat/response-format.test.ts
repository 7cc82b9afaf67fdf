import { describe, expect, it } from 'vitest';
import { bodyWith, read, refusalOf } from './read-chat.ts';

const field = 'response_format.json_schema.schema';
const person = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
const anyObject = { type: 'object', additionalProperties: true };
const outputOf = (response_format: unknown) => read(bodyWith({ response_format }), 'reject').options.output;
const schemaFormat = (json_schema: unknown) => ({ type: 'json_schema', json_schema });

describe('response_format', () => {
  it.each([null, { type: 'text' }])('asks for plain text with %j', (response_format) => {
    const { options } = read(bodyWith({ response_format }), 'reject');
    expect(options).not.toHaveProperty('output');
  });

  it('asks for an object of any kind with json_object', () => {
    expect(outputOf({ type: 'json_object' })).toEqual({ schema: anyObject, field: 'response_format' });
  });

  it('asks for what the schema describes with json_schema, strict or not', () => {
    for (const strict of [undefined, null, false, true]) {
      expect(outputOf(schemaFormat({ name: 'person', schema: person, strict }))).toEqual({ schema: person, field });
    }
  });

  it('tells the model the description of the answer, unless the schema has its own', () => {
    expect(outputOf(schemaFormat({ name: 'p', description: 'A person.', schema: person }))).toEqual({
      schema: { ...person, description: 'A person.' },
      field,
    });
    const described = { ...person, description: 'Somebody.' };
    expect(outputOf(schemaFormat({ name: 'p', description: 'A person.', schema: described }))?.schema).toEqual(
      described,
    );
    expect(outputOf(schemaFormat({ name: 'p', description: null, schema: person }))?.schema).toEqual(person);
  });

  it.each([
    ['is missing', {}, anyObject],
    ['is null', { schema: null }, anyObject],
    ['has no type', { schema: { properties: { a: {} } } }, { type: 'object', properties: { a: {} } }],
    ['has null for its type', { schema: { type: null } }, { type: 'object' }],
  ])('takes a schema that %s for one of an object', (_, jsonSchema, schema) => {
    expect(outputOf(schemaFormat(jsonSchema))).toEqual({ schema, field });
  });

  it('leaves the schema as it is, whatever keywords it has', () => {
    const schema = { ...person, $defs: { a: { $ref: '#' } }, 'x-own': [1], additionalProperties: false };
    expect(outputOf(schemaFormat({ schema }))?.schema).toEqual(schema);
  });

  it('goes with tools', () => {
    const tools = [{ type: 'function', function: { name: 'look_up' } }];
    const { conversation, options } = read(bodyWith({ tools, response_format: { type: 'json_object' } }));
    expect(conversation.tools).toHaveLength(1);
    expect(options).toMatchObject({ output: { schema: anyObject }, toolChoice: { type: 'auto' } });
  });

  it.each([
    ['json', 'response_format', 'must be an object with a type.'],
    [[], 'response_format', 'must be an object with a type.'],
    [{}, 'response_format.type', 'json_schema'],
    [{ type: 'xml' }, 'response_format.type', 'must be text or json_object or json_schema.'],
    [{ type: 'json_schema' }, 'response_format.json_schema', 'is missing; it must be an object with a schema.'],
    [schemaFormat(null), 'response_format.json_schema', 'must be an object with a schema.'],
    [schemaFormat({ schema: [] }), field, 'must be a JSON schema (an object).'],
    [schemaFormat({ schema: 'person' }), field, 'must be a JSON schema (an object).'],
    [schemaFormat({ schema: { type: 'array' } }), `${field}.type`, 'must be object.'],
    [schemaFormat({ schema: { type: ['object', 'null'] } }), `${field}.type`, 'must be object.'],
    [schemaFormat({ strict: 'yes' }), 'response_format.json_schema.strict', 'must be true or false.'],
    [schemaFormat({ description: 1 }), 'response_format.json_schema.description', 'must be a string.'],
  ])('refuses %j and names the field', (response_format, param, problem) => {
    const refusal = refusalOf(bodyWith({ response_format }));
    expect(refusal).toMatchObject({ code: 'INVALID_REQUEST', param });
    expect(refusal.message.startsWith(`${param} `)).toBe(true);
    expect(refusal.message).toContain(problem);
  });
});
