import { describe, expect, it } from 'vitest';
import type { ToolForms } from '../../../src/dialect/openai-responses/tool-forms.ts';
import { call, end, start } from '../openai-chat/answer.ts';
import { eventsOf, hex, joinDeltas, responseOf } from './answer.ts';
import { bodyOf, read, refusalOf } from './read-responses.ts';

const fn = (name: string, fields: object = {}) => ({ type: 'function', name, ...fields });
const custom = (name: string, fields: object = {}) => ({ type: 'custom', name, ...fields });
const crm = { type: 'namespace', name: 'crm', description: 'Customers.', tools: [fn('find'), custom('query')] };
const readTools = (tools: object[], fields: object = {}) => read(bodyOf('Hi', { tools, ...fields }));
const namesOf = (tools: object[], fields: object = {}) =>
  readTools(tools, fields).conversation.tools?.map(({ name }) => name);

describe('the tools of a request', () => {
  it('have those of namespaces one by one, under both names', () => {
    const { conversation } = readTools([fn('find', { description: 'Finds.' }), crm]);
    expect(conversation.tools).toMatchObject([
      { name: 'find', description: 'Finds.', field: 'tools[0].parameters' },
      { name: 'crm__find', description: 'Customers.', field: 'tools[1].tools[0].parameters' },
      { name: 'crm__query', description: 'Customers.', field: 'tools[1].tools[1].parameters' },
    ]);
  });

  it('keep names that are too long for the API apart', () => {
    const long = 'n'.repeat(64);
    const names = namesOf([
      { type: 'namespace', name: long, tools: [fn(`${long.slice(1)}a`), fn(`${long.slice(1)}b`)] },
    ]);
    expect(names).toHaveLength(2);
    expect(new Set(names).size).toBe(2);
    for (const name of names ?? []) expect(name).toMatch(/^n{64}__n+_[0-9a-f]{8}$/);
    for (const name of names ?? []) expect(name.length).toBeLessThanOrEqual(110);
  });

  it('are functions of one text where they are custom', () => {
    const format = { type: 'grammar', syntax: 'lark', definition: 'start: "a"' };
    const { conversation } = readTools([custom('run', { description: 'Runs.', format }), custom('say')]);
    const input = { type: 'string' };
    expect(conversation.tools).toMatchObject([
      {
        name: 'run',
        description: 'Runs.\n\nThe input must match this grammar (lark):\nstart: "a"',
        inputSchema: { properties: { input }, required: ['input'] },
      },
      { name: 'say', inputSchema: { properties: { input }, required: ['input'] } },
    ]);
  });

  it('may be those of OpenAI that the client runs', () => {
    expect(namesOf([{ type: 'local_shell' }, { type: 'apply_patch' }])).toEqual(['local_shell', 'apply_patch']);
  });

  it.each(['file_search', 'code_interpreter', 'computer_use_preview', 'mcp', 'image_generation', 'newer_than_this'])(
    'lose one of the type %s, which is named',
    (type) => {
      const tools = [fn('a'), { type, name: 'x' }];
      const { conversation, ignored } = readTools(tools);
      expect(conversation.tools?.map(({ name }) => name)).toEqual(['a']);
      expect(ignored).toEqual([`tools[${type}]`]);
      expect(refusalOf(bodyOf('Hi', { tools }), { unsupportedParams: 'reject' })).toMatchObject({
        code: 'UNSUPPORTED_PARAMETER',
        param: `tools[${type}]`,
      });
      expect(refusalOf(bodyOf('Hi', { tools, tool_choice: { type } }))).toMatchObject({
        code: 'INVALID_REQUEST',
        param: 'tool_choice.type',
      });
    },
  );

  it('can be added by items, earlier ones too', () => {
    const added = (name: string) => ({ type: 'additional_tools', role: 'developer', tools: [fn(name)] });
    const { conversation, items } = read(bodyOf([added('b'), { role: 'user', content: 'Hi' }], { tools: [fn('c')] }), {
      earlier: [added('a')],
    });
    expect(conversation.tools).toMatchObject([
      { name: 'c', field: 'tools[0].parameters' },
      { name: 'a' },
      { name: 'b', field: 'input[0].tools[0].parameters' },
    ]);
    expect(items[0]).toMatchObject(added('b'));
    expect(refusalOf(bodyOf([{ role: 'user', content: 'Hi' }, added('c')], { tools: [fn('c')] })).param).toBe(
      'input[1].tools[0].name',
    );
  });

  const all = [fn('find'), crm, { type: 'local_shell' }, { type: 'apply_patch' }];
  it.each<[object, string]>([
    [{ type: 'function', name: 'find', namespace: 'crm' }, 'crm__find'],
    [{ type: 'function', name: 'find' }, 'find'],
    [{ type: 'custom', name: 'query', namespace: 'crm' }, 'crm__query'],
    [{ type: 'local_shell' }, 'local_shell'],
    [{ type: 'apply_patch' }, 'apply_patch'],
  ])('are chosen by %j', (tool_choice, name) => {
    expect(readTools(all, { tool_choice }).options.toolChoice).toEqual({ type: 'tool', name });
    const allowed = { type: 'allowed_tools', mode: 'required', tools: [tool_choice, { type: 'mcp' }] };
    expect(namesOf(all, { tool_choice: allowed })).toEqual([name]);
  });

  it.each<[object[], string]>([
    [[{ type: 'namespace', name: 'a b', tools: [] }], 'tools[0].name'],
    [[{ type: 'namespace', name: 'a' }], 'tools[0].tools'],
    [[{ type: 'namespace', name: 'a', tools: [{ type: 'mcp' }] }], 'tools[0].tools[0].type'],
    [
      [{ type: 'namespace', name: 'a', tools: [fn('b', { parameters: { type: 'array' } })] }],
      'tools[0].tools[0].parameters.type',
    ],
    [[fn('crm__find'), crm], 'tools[1].tools[0].name'],
    [[{ type: 'local_shell' }, fn('local_shell')], 'tools[1].name'],
    [[{ name: 'a' }], 'tools[0].type'],
  ])('are refused: %j', (tools, param) => {
    expect(refusalOf(bodyOf('Hi', { tools }))).toMatchObject({ code: 'INVALID_REQUEST', param });
  });
});

describe('the calls of an answer', () => {
  const forms: ToolForms = readTools([fn('add'), crm, { type: 'local_shell' }, { type: 'apply_patch' }]).forms;

  it('name the namespace of their function in every event', () => {
    const turn = [start(), ...call('toolu_1', 'crm__find', '{"a"', ':1}'), end('tool_use')];
    const item = { type: 'function_call', id: `fc_${hex}_0`, call_id: 'toolu_1', name: 'find', namespace: 'crm' };
    const events = eventsOf(turn, { forms });
    expect(events.filter((event) => 'item' in event)).toMatchObject([{ item }, { item }]);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'response.function_call_arguments.done', name: 'find', namespace: 'crm' }),
    );
    expect(responseOf(turn, { forms }).output).toEqual([{ ...item, status: 'completed', arguments: '{"a":1}' }]);
  });

  it('have no namespace where there is none', () => {
    const turn = [start(), ...call('toolu_1', 'add'), end('tool_use')];
    expect(responseOf(turn, { forms }).output).toEqual([
      {
        type: 'function_call',
        id: `fc_${hex}_0`,
        call_id: 'toolu_1',
        name: 'add',
        status: 'completed',
        arguments: '{}',
      },
    ]);
  });

  it('of a custom tool give its text, piece by piece', () => {
    const turn = [start(), ...call('toolu_1', 'crm__query', '{"inp', 'ut": "a\\', 'nb \\"c', '\\""}'), end('tool_use')];
    const item = { type: 'custom_tool_call', id: `ctc_${hex}_0`, call_id: 'toolu_1', name: 'query', namespace: 'crm' };
    const events = eventsOf(turn, { forms });
    const inItem = { item_id: item.id, output_index: 0 };
    expect(events.slice(2, -1)).toMatchObject([
      { type: 'response.output_item.added', item: { ...item, status: 'in_progress', input: '' } },
      { type: 'response.custom_tool_call_input.delta', ...inItem, delta: 'a' },
      { type: 'response.custom_tool_call_input.delta', ...inItem, delta: '\nb "c' },
      { type: 'response.custom_tool_call_input.delta', ...inItem, delta: '"' },
      { type: 'response.custom_tool_call_input.done', ...inItem, input: 'a\nb "c"' },
      { type: 'response.output_item.done', item: { ...item, status: 'completed', input: 'a\nb "c"' } },
    ]);
    expect(joinDeltas(events)).toEqual(responseOf(turn, { forms }).output);
  });

  it('of the local shell are commands', () => {
    const input = { command: ['ls', '-l'], timeout_ms: 5, env: { A: 'b' }, working_directory: '/tmp' };
    const turn = [start(), ...call('toolu_1', 'local_shell', JSON.stringify(input)), end('tool_use')];
    const item = { type: 'local_shell_call', id: `lsh_${hex}_0`, call_id: 'toolu_1' };
    expect(responseOf(turn, { forms }).output).toEqual([
      { ...item, status: 'completed', action: { type: 'exec', user: null, ...input } },
    ]);
    expect(eventsOf(turn, { forms }).slice(2, -1)).toMatchObject([
      { type: 'response.output_item.added', item: { ...item, status: 'in_progress', action: { command: [] } } },
      { type: 'response.output_item.done', item: { ...item, status: 'completed', action: input } },
    ]);
  });

  it.each<[object, object]>([
    [
      { type: 'update_file', path: 'a', diff: '@@' },
      { type: 'update_file', path: 'a', diff: '@@' },
    ],
    [
      { type: 'create_file', path: 'a', diff: '+b' },
      { type: 'create_file', path: 'a', diff: '+b' },
    ],
    [
      { type: 'delete_file', path: 'a' },
      { type: 'delete_file', path: 'a' },
    ],
  ])('that patch a file are operations: %j', (input, operation) => {
    const turn = [start(), ...call('toolu_1', 'apply_patch', JSON.stringify(input)), end('tool_use')];
    const item = { type: 'apply_patch_call', id: `apc_${hex}_0`, call_id: 'toolu_1', status: 'completed' };
    expect(responseOf(turn, { forms }).output).toEqual([{ ...item, operation }]);
  });

  it('go back with their results', () => {
    const turn = [
      start(),
      ...call('toolu_1', 'crm__find', '{"a":1}'),
      ...call('toolu_2', 'crm__query', '{"input":"b"}'),
      ...call('toolu_3', 'local_shell', '{"command":["ls"]}'),
      ...call('toolu_4', 'apply_patch', '{"type":"delete_file","path":"a"}'),
      end('tool_use'),
    ];
    const { output } = responseOf(turn, { forms });
    const { conversation } = read(
      bodyOf([
        { role: 'user', content: 'Go.' },
        ...output,
        { type: 'function_call_output', call_id: 'toolu_1', output: 'one' },
        { type: 'custom_tool_call_output', call_id: 'toolu_2', output: [{ type: 'input_text', text: 'two' }] },
        { type: 'local_shell_call_output', id: 'toolu_3', output: 'three' },
        { type: 'apply_patch_call_output', call_id: 'toolu_4', status: 'failed' },
      ]),
    );
    const text = (words: string) => [{ type: 'text', text: words }];
    expect(conversation.messages).toEqual([
      { role: 'user', content: text('Go.') },
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'toolu_1', name: 'crm__find', input: { a: 1 } },
          { type: 'tool_use', id: 'toolu_2', name: 'crm__query', input: { input: 'b' } },
          { type: 'tool_use', id: 'toolu_3', name: 'local_shell', input: { command: ['ls'] } },
          { type: 'tool_use', id: 'toolu_4', name: 'apply_patch', input: { type: 'delete_file', path: 'a' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'toolu_1', content: text('one') },
          { type: 'tool_result', tool_use_id: 'toolu_2', content: text('two') },
          { type: 'tool_result', tool_use_id: 'toolu_3', content: text('three') },
          { type: 'tool_result', tool_use_id: 'toolu_4', content: text('The patch has failed.'), is_error: true },
        ],
      },
    ]);
  });
});
