import { describe, expect, it } from 'vitest';
import { parseResponsesRequest } from '../../../src/dialect/openai-responses/request.ts';
import { bodyOf, model, read, refusalOf } from './read-responses.ts';

const fn = (name: string, more: object = {}) => ({ type: 'function', name, ...more });
const place = { type: 'object', properties: { city: { type: 'string' } } };
const fieldsOf = (fields: Record<string, unknown>) => read(bodyOf('Hi', fields));
const refuse = (fields: Record<string, unknown>) => refusalOf(bodyOf('Hi', fields));

describe('a request', () => {
  it('needs little', () => {
    expect(read(bodyOf('Hi'))).toEqual({
      conversation: { system: [], messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }] },
      options: {},
      items: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }],
      forms: new Map(),
      ignored: [],
    });
    expect(parseResponsesRequest(bodyOf('Hi'), { defaultModel: 'sonnet' })).toMatchObject({
      model,
      stream: false,
      background: false,
      store: true,
      previousId: undefined,
      includeEncrypted: false,
      summarizes: false,
    });
  });

  it('takes null for nothing', () => {
    const names = ['instructions', 'tools', 'tool_choice', 'parallel_tool_calls', 'text', 'reasoning', 'metadata'];
    const more = ['max_output_tokens', 'stream', 'background', 'store', 'previous_response_id', 'include', 'user'];
    const nulls = Object.fromEntries([...names, ...more, 'conversation', 'prompt'].map((name) => [name, null]));
    expect(fieldsOf(nulls)).toEqual(read(bodyOf('Hi')));
  });

  it('says how long and how hard', () => {
    expect(fieldsOf({ max_output_tokens: 50, reasoning: { effort: 'xhigh' } }).options).toEqual({
      maxTokens: 50,
      effort: 'xhigh',
    });
  });

  it('repeats itself in the response', () => {
    const fields = {
      instructions: 'Be brief.',
      metadata: { a: 'b' },
      tools: [fn('add', { anything: 1 })],
      tool_choice: { type: 'function', name: 'add' },
      parallel_tool_calls: false,
      text: { format: { type: 'json_object' } },
      reasoning: { effort: 'low', summary: 'auto' },
      max_output_tokens: 9,
      temperature: 0.5,
      top_p: 0.9,
      store: false,
      previous_response_id: 'resp_1',
    };
    expect(parseResponsesRequest(bodyOf('Hi', fields), { defaultModel: 'sonnet' }).echo).toEqual({
      ...fields,
      background: false,
    });
    expect(parseResponsesRequest(bodyOf('Hi'), { defaultModel: 'sonnet' }).echo).toEqual({
      background: false,
      instructions: null,
      metadata: {},
      tools: [],
      tool_choice: 'auto',
      parallel_tool_calls: true,
      text: { format: { type: 'text' } },
      reasoning: { effort: null, summary: null },
      max_output_tokens: null,
      temperature: null,
      top_p: null,
      store: true,
      previous_response_id: null,
    });
  });

  it('asks for summaries by either name', () => {
    expect(
      parseResponsesRequest(bodyOf('Hi', { reasoning: { summary: 'concise' } }), { defaultModel: 'sonnet' }).summarizes,
    ).toBe(true);
    expect(
      parseResponsesRequest(bodyOf('Hi', { reasoning: { generate_summary: 'auto' } }), { defaultModel: 'sonnet' })
        .summarizes,
    ).toBe(true);
  });

  it.each<[Record<string, unknown>, string]>([
    [{ model: '' }, 'model'],
    [{ model: 7 }, 'model'],
    [{ input: 7 }, 'input'],
    [{ input: undefined }, 'input'],
    [{ instructions: 7 }, 'instructions'],
    [{ max_output_tokens: 0 }, 'max_output_tokens'],
    [{ stream: 'yes' }, 'stream'],
    [{ reasoning: { effort: 'huge' } }, 'reasoning.effort'],
    [{ reasoning: { summary: 'long' } }, 'reasoning.summary'],
    [{ metadata: { a: 1 } }, 'metadata.a'],
    [{ metadata: { a: 'x'.repeat(513) } }, 'metadata.a'],
    [{ metadata: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`k${n}`, ''])) }, 'metadata'],
    [{ text: { format: { type: 'yaml' } } }, 'text.format.type'],
    [{ text: { format: { type: 'json_schema' } } }, 'text.format.schema'],
    [{ text: { format: { type: 'json_schema', schema: { type: 'array' } } } }, 'text.format.schema.type'],
    [{ background: true, store: false }, 'store'],
    [{ include: 'reasoning' }, 'include'],
    [{ previous_response_id: '' }, 'previous_response_id'],
  ])('is refused with %j', (fields, param) => {
    const refusal = refuse(fields);
    expect(refusal).toMatchObject({ code: 'INVALID_REQUEST', param });
    expect(refusal.message.startsWith(param)).toBe(true);
  });

  it.each(['conversation', 'prompt'])('is refused with %s, which the answer could not do without', (param) => {
    expect(refuse({ [param]: { id: 'x' } })).toMatchObject({ code: 'UNSUPPORTED_PARAMETER', param });
  });

  it.each(['text', 7, null, [], undefined])('that is %j is none', (body) => {
    expect(refusalOf(body).code).toBe('INVALID_REQUEST');
  });
});

describe('fields without effect', () => {
  it.each<[Record<string, unknown>, string[]]>([
    [{ user: 'me', moderation: {} }, ['user', 'moderation']],
    [{ temperature: 0.2, top_p: 1, truncation: 'disabled', service_tier: 'auto', top_logprobs: 0 }, []],
    [{ truncation: 'auto' }, ['truncation']],
    [{ stream_options: { include_obfuscation: false } }, []],
    [{ stream_options: { include_obfuscation: true } }, ['stream_options']],
    [{ text: { verbosity: 'medium' } }, []],
    [{ text: { verbosity: 'low' } }, ['text.verbosity']],
    [{ reasoning: { mode: 'pro', context: 'all_turns' } }, ['reasoning.mode', 'reasoning.context']],
    [
      { include: ['reasoning.encrypted_content', 'message.output_text.logprobs'] },
      ['include[message.output_text.logprobs]'],
    ],
    [{ never_heard_of: 1 }, ['never_heard_of']],
  ])('%j are named', (fields, ignored) => {
    expect(fieldsOf(fields).ignored).toEqual(ignored);
  });

  it('are refused where the configuration says so', () => {
    const body = bodyOf('Hi', { user: 'me', text: { verbosity: 'low' } });
    const refusal = refusalOf(body, { unsupportedParams: 'reject' });
    expect(refusal).toMatchObject({ code: 'UNSUPPORTED_PARAMETER', param: 'user' });
    expect(refusal.message).toContain('text.verbosity');
  });
});

describe('functions', () => {
  it('keep their name, description, schema and strictness', () => {
    const tools = [fn('look', { description: 'Looks.', parameters: place, strict: true }), fn('add', { strict: null })];
    expect(fieldsOf({ tools }).conversation.tools).toEqual([
      { name: 'look', description: 'Looks.', inputSchema: place, strict: true, field: 'tools[0].parameters' },
      { name: 'add', inputSchema: { type: 'object', properties: {} }, strict: false, field: 'tools[1].parameters' },
    ]);
  });

  const tools = [fn('look'), fn('add')];
  const allow = (mode: string, ...names: string[]) => ({ type: 'allowed_tools', mode, tools: names.map((n) => fn(n)) });
  it.each<[unknown, object, string[]]>([
    [undefined, { type: 'auto' }, ['look', 'add']],
    ['none', { type: 'none' }, ['look', 'add']],
    ['required', { type: 'required' }, ['look', 'add']],
    [fn('add'), { type: 'tool', name: 'add' }, ['look', 'add']],
    [allow('auto', 'add'), { type: 'auto' }, ['add']],
    [allow('required', 'add'), { type: 'required' }, ['add']],
  ])('are chosen by %j', (tool_choice, toolChoice, names) => {
    const { conversation, options } = fieldsOf({ tools, tool_choice, parallel_tool_calls: false });
    expect(options).toEqual({ toolChoice, parallelToolCalls: false });
    expect(conversation.tools?.map(({ name }) => name)).toEqual(names);
  });

  it.each<[Record<string, unknown>, string]>([
    [{ tools: [fn('a b')] }, 'tools[0].name'],
    [{ tools: [fn('a'), fn('a')] }, 'tools[1].name'],
    [{ tools: [fn('a', { parameters: { type: 'array' } })] }, 'tools[0].parameters.type'],
    [{ tools: [fn('a')], tool_choice: fn('b') }, 'tool_choice.name'],
    [{ tools: [fn('a')], tool_choice: allow('auto', 'b') }, 'tool_choice.tools'],
    [{ tool_choice: 'required' }, 'tool_choice'],
    [{ tool_choice: { type: 'web_search_preview' } }, 'tool_choice.type'],
  ])('are refused: %j', (fields, param) => {
    expect(refuse(fields)).toMatchObject({ code: 'INVALID_REQUEST', param });
  });
});

describe('the form of the answer', () => {
  it('is a schema, with what is said of it', () => {
    const format = { type: 'json_schema', name: 'place', schema: place, description: 'A place.', strict: true };
    expect(fieldsOf({ text: { format } }).options.output).toEqual({
      schema: { description: 'A place.', ...place },
      field: 'text.format.schema',
    });
  });

  it('is any object, or text', () => {
    expect(fieldsOf({ text: { format: { type: 'json_object' } } }).options.output).toMatchObject({
      field: 'text.format',
    });
    expect(fieldsOf({ text: { format: { type: 'text' } } }).options.output).toBeUndefined();
  });
});
