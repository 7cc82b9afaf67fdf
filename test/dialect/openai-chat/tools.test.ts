import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../../src/dialect/openai-chat/types.ts';
import { bodyWith, chatBody, read, refusalOf } from './read-chat.ts';

const fn = (name: string, more: object = {}) => ({ type: 'function', function: { name, ...more } });
const named = (name: string) => ({ type: 'function', function: { name } });
const allowed = (mode: string, ...names: string[]) => ({
  type: 'allowed_tools',
  allowed_tools: { mode, tools: names.map(named) },
});
const place = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const anything = { type: 'object', properties: {} };
const schemaType = 'tools[0].function.parameters.type';
const legacySchemaType = 'functions[0].parameters.type';
const two = [fn('look_up', { parameters: place }), fn('add')];

/** What the turn is told of tools. */
function toolsOf({ conversation, options, legacyFunctions }: ChatRequest) {
  const { toolChoice, parallelToolCalls } = options;
  return { names: conversation.tools?.map(({ name }) => name), toolChoice, parallelToolCalls, legacyFunctions };
}

/** A refusal in which the message starts with the field, as all of them do. */
function expectRefusal(fields: Record<string, unknown>, param: string, problem = '') {
  const refusal = refusalOf(bodyWith(fields));
  expect(refusal).toMatchObject({ code: 'INVALID_REQUEST', param });
  expect(refusal.message.slice(0, param.length + 1)).toBe(`${param} `);
  expect(refusal.message).toContain(problem);
}

describe('tools', () => {
  it('keep their name, description, schema and strictness', () => {
    const tools = [fn('look_up', { description: 'Finds a city.', parameters: place, strict: true }), fn('add')];
    expect(read(bodyWith({ tools })).conversation.tools).toEqual([
      {
        name: 'look_up',
        description: 'Finds a city.',
        inputSchema: place,
        strict: true,
        field: 'tools[0].function.parameters',
      },
      { name: 'add', inputSchema: anything, strict: false, field: 'tools[1].function.parameters' },
    ]);
  });

  it.each([
    ['none', undefined, anything],
    ['null', null, anything],
    ['an empty object', {}, { type: 'object' }],
    ['one without a type', { properties: { a: {} } }, { properties: { a: {} }, type: 'object' }],
    ['one whose type is null', { type: null, $defs: {} }, { type: 'object', $defs: {} }],
    ['one of an object', place, place],
  ])('take an object for their arguments when the schema is %s', (_, parameters, inputSchema) => {
    expect(read(bodyWith({ tools: [fn('look_up', { parameters })] })).conversation.tools?.[0]?.inputSchema).toEqual(
      inputSchema,
    );
  });

  it.each(['a', 'A-b_9', 'n'.repeat(64)])('may be named %s', (name) => {
    expect(toolsOf(read(bodyWith({ tools: [fn(name)] }))).names).toEqual([name]);
  });

  it('may be used as the model likes, several at once, when nothing else is said', () => {
    const asked = { names: ['look_up', 'add'], toolChoice: { type: 'auto' }, parallelToolCalls: true };
    expect(toolsOf(read(bodyWith({ tools: two })))).toEqual({ ...asked, legacyFunctions: false });
  });

  it.each([
    [true, true],
    [false, false],
    [null, true],
  ])('are called in parallel as parallel_tool_calls = %s says', (value, parallelToolCalls) => {
    const request = read(bodyWith({ tools: two, parallel_tool_calls: value }));
    expect(toolsOf(request)).toMatchObject({ parallelToolCalls });
  });

  it('do not keep the one request from the other: every field may be null', () => {
    const fields = ['tools', 'tool_choice', 'parallel_tool_calls', 'functions', 'function_call'];
    const nulls = Object.fromEntries(fields.map((name) => [name, null]));
    expect(read(bodyWith(nulls), 'reject')).toEqual(read(bodyWith({})));
    const tools = [fn('look_up', { description: null, parameters: null, strict: null })];
    expect(read(bodyWith({ ...nulls, tools }))).toEqual(read(bodyWith({ tools: [fn('look_up')] })));
  });

  it.each([{ tools: [] }, { functions: [] }, { tools: [], functions: [], tool_choice: 'auto', function_call: 'auto' }])(
    'are none in %j',
    (fields) => {
      const request = read(bodyWith({ ...fields, parallel_tool_calls: false }));
      expect(request.conversation).not.toHaveProperty('tools');
      expect([request.options, request.legacyFunctions]).toEqual([{}, false]);
    },
  );

  it('are offered beside the calls in the history, whose names they need not have', () => {
    const called = { id: 'a', type: 'function', function: { name: 'gone', arguments: '{}' } };
    const body = chatBody(
      { role: 'assistant', tool_calls: [called] },
      { role: 'tool', tool_call_id: 'a', content: 'r' },
    );
    expect(toolsOf(read({ ...body, tools: two })).names).toEqual(['look_up', 'add']);
  });

  it.each([
    ['tools that are no list', { tools: { look_up: {} } }, 'tools', 'must be a list of tools.'],
    ['a tool that is null', { tools: [null] }, 'tools[0]', 'must be an object with type and function.'],
    ['a tool without a type', { tools: [fn('add'), { function: { name: 'look_up' } }] }, 'tools[1].type', 'function'],
    ['a tool of another type', { tools: [{ type: 'web_search' }] }, 'tools[0].type', 'runs no tools of its own.'],
    ['a tool without a function', { tools: [{ type: 'function' }] }, 'tools[0].function', 'is missing'],
    ['a name that is missing', { tools: [{ type: 'function', function: {} }] }, 'tools[0].function.name', 'is missing'],
    ['a name that is null', { tools: [{ type: 'function', function: { name: null } }] }, 'tools[0].function.name', ''],
    ['an empty name', { tools: [fn('')] }, 'tools[0].function.name', '1 to 64 letters'],
    ['a name of 65 characters', { tools: [fn('n'.repeat(65))] }, 'tools[0].function.name', '1 to 64 letters'],
    ['a name with a dot', { tools: [fn('city.look_up')] }, 'tools[0].function.name', '1 to 64 letters'],
    ['a name with a line break after it', { tools: [fn('add\n')] }, 'tools[0].function.name', '1 to 64 letters'],
    [
      'a name that is there twice',
      { tools: [...two, fn('look_up')] },
      'tools[2].function.name',
      'already the name of another tool',
    ],
    ['a description that is no text', { tools: [fn('add', { description: 1 })] }, 'tools[0].function.description', ''],
    ['a schema that is a list', { tools: [fn('add', { parameters: [] })] }, 'tools[0].function.parameters', 'object'],
    ['a schema of a text', { tools: [fn('add', { parameters: { type: 'string' } })] }, schemaType, 'must be object.'],
    ['a schema of two types', { tools: [fn('add', { parameters: { type: ['object', 'null'] } })] }, schemaType, ''],
    ['strict that is no flag', { tools: [fn('add', { strict: 'yes' })] }, 'tools[0].function.strict', 'true or false'],
    ['parallel_tool_calls = "no"', { tools: two, parallel_tool_calls: 'no' }, 'parallel_tool_calls', 'true or false'],
  ])('refuses %s', (_, fields, param, problem) => {
    expectRefusal(fields, param, problem);
  });
});

describe('tool_choice', () => {
  const auto = { type: 'auto' };
  const required = { type: 'required' };

  it.each([
    ['auto', ['look_up', 'add'], auto],
    [null, ['look_up', 'add'], auto],
    ['required', ['look_up', 'add'], required],
    [named('add'), ['look_up', 'add'], { type: 'tool', name: 'add' }],
    ['none', ['look_up', 'add'], { type: 'none' }],
    [{ type: 'auto' }, ['look_up', 'add'], auto],
    [allowed('auto', 'add'), ['add'], auto],
    [allowed('auto', 'add', 'add'), ['add'], auto],
    [allowed('auto', 'add', 'look_up'), ['add', 'look_up'], auto],
    [allowed('required', 'look_up'), ['look_up'], required],
  ])('%j hands on the tools and how they are to be used', (tool_choice, names, toolChoice) => {
    expect(toolsOf(read(bodyWith({ tools: two, tool_choice })))).toEqual({
      names,
      toolChoice,
      parallelToolCalls: true,
      legacyFunctions: false,
    });
  });

  it('may allow none', () => {
    const request = read(bodyWith({ tools: two, tool_choice: allowed('auto'), parallel_tool_calls: false }));
    expect(request.conversation).not.toHaveProperty('tools');
    expect(request.options).toEqual({});
  });

  it('keeps the place of a schema in the request for a tool that is allowed', () => {
    const { conversation } = read(bodyWith({ tools: two, tool_choice: allowed('auto', 'add') }));
    expect(conversation.tools?.map(({ field }) => field)).toEqual(['tools[1].function.parameters']);
  });

  it.each(['none', 'auto', null])('%j needs no tools', (tool_choice) => {
    expect(read(bodyWith({ tool_choice }), 'reject')).toEqual(read(bodyWith({})));
  });

  it.each([
    ['required', 'tool_choice', 'there are no tools to call.'],
    [allowed('required'), 'tool_choice.allowed_tools.tools', 'there are no tools to call.'],
    [named('add'), 'tool_choice.function.name', 'names none of the tools'],
    [allowed('auto', 'add'), 'tool_choice.allowed_tools.tools', 'names none of the tools'],
  ])('%j without tools is refused', (tool_choice, param, problem) => {
    expectRefusal({ tool_choice }, param, problem);
    expectRefusal({ tool_choice, tools: [] }, param, problem);
  });

  it.each([
    [named('subtract'), 'tool_choice.function.name'],
    [named('Add'), 'tool_choice.function.name'],
    [allowed('auto', 'add', 'subtract'), 'tool_choice.allowed_tools.tools'],
    [allowed('required'), 'tool_choice.allowed_tools.tools'],
  ])('%j is refused, since there is no such tool', (tool_choice, param) => {
    expectRefusal({ tools: two, tool_choice }, param);
  });

  it.each([
    ['any', 'tool_choice'],
    ['', 'tool_choice'],
    [1, 'tool_choice'],
    [true, 'tool_choice'],
    [[], 'tool_choice'],
    [{}, 'tool_choice.type'],
    [{ type: 'any' }, 'tool_choice.type'],
    [{ type: 'function' }, 'tool_choice.function'],
    [{ type: 'function', name: 'add' }, 'tool_choice.function'],
    [{ type: 'function', function: {} }, 'tool_choice.function.name'],
    [{ type: 'function', function: { name: 1 } }, 'tool_choice.function.name'],
    [{ type: 'function', function: { name: 'a.b' } }, 'tool_choice.function.name'],
    [{ type: 'allowed_tools' }, 'tool_choice.allowed_tools'],
    [{ type: 'allowed_tools', mode: 'auto', tools: [named('add')] }, 'tool_choice.allowed_tools'],
    [
      { type: 'allowed_tools', allowed_tools: { mode: 'none', tools: [named('add')] } },
      'tool_choice.allowed_tools.mode',
    ],
    [{ type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: 'add' } }, 'tool_choice.allowed_tools.tools'],
    [{ type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: ['add'] } }, 'tool_choice.allowed_tools.tools[0]'],
    [
      { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [{ type: 'mcp', server_label: 's' }] } },
      'tool_choice.allowed_tools.tools[0].type',
    ],
  ])('%j is refused where it is wrong', (tool_choice, param) => {
    expectRefusal({ tools: two, tool_choice }, param);
  });
});

describe('functions, which preceded tools', () => {
  const functions = [{ name: 'look_up', description: 'Finds a city.', parameters: place }, { name: 'add' }];

  it('are tools that are called one at a time, whatever is said of parallel calls', () => {
    const request = read(bodyWith({ functions, parallel_tool_calls: true }));
    expect(request.conversation.tools).toEqual([
      {
        name: 'look_up',
        description: 'Finds a city.',
        inputSchema: place,
        strict: false,
        field: 'functions[0].parameters',
      },
      { name: 'add', inputSchema: anything, strict: false, field: 'functions[1].parameters' },
    ]);
    expect(request.options).toEqual({ toolChoice: { type: 'auto' }, parallelToolCalls: false });
    expect(request.legacyFunctions).toBe(true);
  });

  it.each([
    [null, ['look_up', 'add'], { type: 'auto' }],
    ['auto', ['look_up', 'add'], { type: 'auto' }],
    ['none', ['look_up', 'add'], { type: 'none' }],
    [{ name: 'add' }, ['look_up', 'add'], { type: 'tool', name: 'add' }],
  ])('are chosen by function_call = %j', (function_call, names, toolChoice) => {
    expect(toolsOf(read(bodyWith({ functions, function_call })))).toMatchObject({ names, toolChoice });
  });

  it.each([
    [{ functions, tool_choice: 'required' }, 'tool_choice'],
    [{ functions, tool_choice: named('add') }, 'tool_choice'],
    [{ tools: two, function_call: { name: 'add' } }, 'function_call'],
    [{ function_call: { name: 'add' } }, 'function_call'],
  ])('are not mixed with the choice of the other form: %j', (fields, param) => {
    expectRefusal(fields, param);
  });

  it('may stand beside an empty list of tools, and tools beside an empty list of them', () => {
    expect(read(bodyWith({ functions, tools: [] })).legacyFunctions).toBe(true);
    expect(read(bodyWith({ functions: [], tools: two })).legacyFunctions).toBe(false);
  });

  it.each([
    ['tools beside them', { functions, tools: two }, 'functions', 'cannot be combined with tools'],
    ['what is no list', { functions: {} }, 'functions', 'must be a list of functions.'],
    ['one that is null', { functions: [null] }, 'functions[0]', 'must be an object with a name.'],
    ['a name with a dot', { functions: [{ name: 'a.b' }] }, 'functions[0].name', '1 to 64 letters'],
    [
      'one name twice',
      { functions: [...functions, { name: 'add' }] },
      'functions[2].name',
      'already the name of another tool',
    ],
    ['a schema of a list', { functions: [{ name: 'a', parameters: { type: 'array' } }] }, legacySchemaType, 'object'],
    ['a call of another', { functions, function_call: { name: 'subtract' } }, 'function_call.name', 'names none'],
  ])('refuses %s', (_, fields, param, problem) => {
    expectRefusal(fields, param, problem);
  });

  it.each(['required', 1, [], {}, { name: 1 }])('refuses function_call = %j', (function_call) => {
    const { param, message } = refusalOf(bodyWith({ functions, function_call }));
    expect(param).toMatch(/^function_call\b/);
    expect(message.startsWith(`${param ?? ''} `)).toBe(true);
  });
});
