import { describe, expect, it } from 'vitest';
import { fromCountRequest } from '../../../src/dialect/anthropic-messages/request.ts';
import { bodyWith, failureOf, hello, read } from './read.ts';

const user = (...content: unknown[]) => ({ messages: [{ role: 'user', content }] });
const text = (words: string) => ({ type: 'text', text: words });
const call = (id: string) => ({ type: 'tool_use', id, name: 'clock', input: {} });
const result = (id: string, fields: object = {}) => ({ type: 'tool_result', tool_use_id: id, ...fields });
const assistant = (...content: unknown[]) => ({ role: 'assistant', content });
const tool = { name: 'clock', input_schema: { type: 'object' } };

describe('fromMessagesRequest', () => {
  it.each<[fields: object, message: string]>([
    [{ model: 7 }, 'model: Input should be a valid string'],
    [{ max_tokens: undefined }, 'max_tokens: Field required'],
    [{ max_tokens: 0 }, 'max_tokens: Input should be greater than or equal to 1'],
    [{ max_tokens: 1.5 }, 'max_tokens: Input should be a valid integer'],
    [{ messages: [] }, 'messages: at least one message is required'],
    [{ messages: 'Hi' }, 'messages: Input should be a valid list'],
    [{ messages: [7] }, 'messages.0: Input should be an object'],
    [{ messages: [{ content: 'Hi' }] }, 'messages.0.role: Field required'],
    [{ messages: [{ role: 'tool' }] }, "messages.0.role: Input should be 'user', 'assistant' or 'system'"],
    [{ messages: [{ role: 'user' }] }, 'messages.0.content: Field required'],
    [
      { messages: [{ role: 'user', content: 7 }] },
      'messages.0.content: Input should be a valid string or a list of content blocks',
    ],
    [user({}), 'messages.0.content.0.type: Field required'],
    [
      user({ type: 7 }),
      "messages.0.content.0.type: Input should be 'text', 'image', 'document', 'search_result' or 'tool_result'",
    ],
    [user(text('a'), { type: 'text' }), 'messages.0.content.1.text: Field required'],
    [user(text('a'), { type: 'image' }), 'messages.0.content.1.source: Field required'],
    [user({ type: 'image', source: {} }), 'messages.0.content.0.source.type: Field required'],
    [user({ ...text('a'), cache_control: 'yes' }), 'messages.0.content.0.cache_control: Input should be an object'],
    [
      user({ type: 'image', source: { type: 'base64', media_type: 'image/tiff', data: 'AAAA' } }),
      "messages.0.content.0.source.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'",
    ],
    [
      user({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'not base64!' } }),
      'messages.0.content.0.source.data: Input should be valid base64 data without line breaks',
    ],
    [
      user(text('a'), { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'JVBERi0xLjQ=' } }),
      'messages.0.content.1.source.data: Input should be the data of a JPEG, PNG, GIF or WebP image',
    ],
    [
      { messages: [hello, assistant({ type: 'thinking', thinking: 'Hm.' }), hello] },
      'messages.1.content.0.signature: Field required',
    ],
    [
      { messages: [hello, assistant({ ...call('a'), input: '{}' }), hello] },
      'messages.1.content.0.input: Input should be an object',
    ],
    [user(text(' ')), 'messages: at least one message with content that is not blank is required'],
    [
      { messages: [hello, assistant(call('a'), call('b')), { role: 'user', content: [result('a'), text('b?')] }] },
      'messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: b. Each `tool_use` block must have a corresponding `tool_result` block in the next message.',
    ],
    [
      { messages: [hello, assistant(call('a')), hello, assistant(text('Hm.')), hello] },
      'messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: a. Each `tool_use` block must have a corresponding `tool_result` block in the next message.',
    ],
    [
      user(result('a')),
      'messages.0: unexpected `tool_use_id` found in `tool_result` blocks: a. Each `tool_result` block must have a corresponding `tool_use` block in the previous message.',
    ],
    [
      { messages: [hello, assistant(call('a'), call('a')), { role: 'user', content: [result('a'), result('a')] }] },
      'messages.1: `tool_use` ids must be unique: a',
    ],
    [
      {
        messages: [
          hello,
          assistant(call('a')),
          {
            role: 'user',
            content: [
              result('a', {
                is_error: true,
                content: [text('no'), { type: 'image', source: { type: 'url', url: 'https://a.b' } }],
              }),
            ],
          },
        ],
      },
      'messages.2.content.0.content.1: All content must be of type `text` if `is_error` is true',
    ],
    [{ system: [{ type: 'image' }] }, "system.0.type: Input should be 'text'"],
    [
      { tools: [{ name: 'a b', input_schema: { type: 'object' } }] },
      "tools.0.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'",
    ],
    [{ tools: [{ name: 'a' }] }, 'tools.0.input_schema: Field required'],
    [{ tools: [{ name: 'a', input_schema: {} }] }, "tools.0.input_schema.type: Input should be 'object'"],
    [{ tools: [tool, tool] }, 'tools.1.name: Tool names must be unique'],
    [{ tools: [7] }, 'tools.0: Input should be an object'],
    [{ tools: [{ ...tool, type: 7 }] }, "tools.0.type: Input should be 'custom'"],
    [{ tools: [tool, { type: 'bash_20250124', name: 'clock' }] }, 'tools.1.name: Tool names must be unique'],
    [{ tool_choice: { type: 'any' } }, 'tool_choice: asks for a call, but there are no tools to call'],
    [
      { tools: [tool], tool_choice: { type: 'tool', name: 'b' } },
      'tool_choice.name: names none of the tools in the request',
    ],
    [{ tools: [tool], tool_choice: 'auto' }, 'tool_choice: Input should be an object'],
    [
      { thinking: { type: 'enabled', budget_tokens: 100 } },
      'thinking.budget_tokens: Input should be greater than or equal to 1024',
    ],
    [{ thinking: { type: 'always' } }, "thinking.type: Input should be 'enabled', 'adaptive' or 'disabled'"],
    [
      { output_config: { effort: 'most' } },
      "output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'",
    ],
    [{ output_config: { format: { type: 'json_schema' } } }, 'output_config.format.schema: Field required'],
    [{ output_format: { type: 'text' } }, "output_format.type: Input should be 'json_schema'"],
    [{ stop_sequences: [''] }, 'stop_sequences.0: String should have at least 1 character'],
    [{ stream: 'yes' }, 'stream: Input should be a valid boolean'],
  ])('says of %j: %s', (fields, message) => {
    const failure = failureOf(bodyWith(fields));
    expect(failure).toMatchObject({ code: 'INVALID_REQUEST', message });
    expect(failure.facts.param).toBe(message.split(': ')[0]);
  });

  it.each([undefined, null, 7, 'text', []])('says what a body must be, of %j', (body) => {
    expect(failureOf(body).message).toBe('The request body must be a JSON object with model and messages.');
  });

  it('reads tools and how they are to be used', () => {
    const described = {
      ...tool,
      description: 'The time.',
      strict: true,
      cache_control: { type: 'ephemeral' },
      input_examples: [{}],
      defer_loading: true,
      allowed_callers: null,
    };
    const { conversation, options, ignored } = read({
      tools: [described, { ...tool, name: 'other', type: 'custom' }],
      tool_choice: { type: 'tool', name: 'clock', disable_parallel_tool_use: true },
    });
    expect(conversation.tools).toEqual([
      {
        name: 'clock',
        description: 'The time.',
        inputSchema: tool.input_schema,
        strict: true,
        field: 'tools.0.input_schema',
        extra: { cache_control: { type: 'ephemeral' }, input_examples: [{}], defer_loading: true },
      },
      { name: 'other', inputSchema: tool.input_schema, strict: false, field: 'tools.1.input_schema' },
    ]);
    expect(options).toEqual({ maxTokens: 4000, toolChoice: { type: 'tool', name: 'clock' }, parallelToolCalls: false });
    expect(ignored).toEqual([]);
  });

  it.each([
    [{ type: 'auto' }, { toolChoice: { type: 'auto' } }],
    [
      { type: 'auto', disable_parallel_tool_use: true },
      { toolChoice: { type: 'auto' }, parallelToolCalls: false },
    ],
    [{ type: 'any', disable_parallel_tool_use: false }, { toolChoice: { type: 'required' } }],
    [{ type: 'none' }, { toolChoice: { type: 'none' } }],
  ])('reads the choice %j', (tool_choice, options) => {
    expect(read({ tools: [tool], tool_choice }).options).toEqual({ maxTokens: 4000, ...options });
  });

  it.each<[fields: object, options: object]>([
    [{}, {}],
    [{ thinking: { type: 'disabled' } }, { effort: 'none' }],
    [{ thinking: { type: 'enabled', budget_tokens: 2000 } }, { thinkingBudget: 2000 }],
    [
      { thinking: { type: 'enabled', budget_tokens: 2000 }, output_config: { effort: 'max' } },
      { thinkingBudget: 2000, effort: 'max' },
    ],
    [{ thinking: { type: 'adaptive' } }, { effort: 'high' }],
    [{ thinking: { type: 'adaptive' }, output_config: { effort: 'low' } }, { effort: 'low' }],
    [{ output_config: { effort: 'low' } }, { effort: 'low', thinkingBudget: 0 }],
    [
      { thinking: { type: 'disabled' }, output_config: { effort: 'low' } },
      { effort: 'low', thinkingBudget: 0 },
    ],
  ])('reads of %j how much the model is to think', (fields, options) => {
    expect(read(fields).options).toEqual({ maxTokens: 4000, ...options });
  });

  it('reads the form that the answer must have, under its name of today and the one before', () => {
    const schema = { type: 'object', properties: {} };
    const format = { type: 'json_schema', schema };
    expect(read({ output_config: { format } }).options.output).toEqual({
      schema,
      field: 'output_config.format.schema',
    });
    expect(read({ output_format: format }).options.output).toEqual({ schema, field: 'output_format.schema' });
  });

  it('reads stop sequences, however many', () => {
    const stop_sequences = Array.from({ length: 50 }, (_, index) => `stop ${index}`);
    expect(read({ stop_sequences }).options.stopSequences).toEqual(stop_sequences);
  });

  it('names what it goes without, and nothing that asks for nothing', () => {
    const fields = { temperature: 0.5, betas: ['a'], service_tier: 'auto', container: null };
    expect(read(fields).ignored).toEqual(['betas']);
    expect(failureOf(bodyWith(fields), 'reject')).toMatchObject({
      code: 'UNSUPPORTED_PARAMETER',
      message: 'betas: This service cannot honour betas and is configured to refuse such requests. Leave it out.',
    });
  });

  it('passes on what it does not act upon, newer fields included, and no default', () => {
    const extra = {
      context_management: { edits: [] },
      metadata: { user_id: 'u' },
      container: 'container_1',
      newer: [1],
      cache_control: { type: 'ephemeral', ttl: '1h' },
      mcp_servers: [{ type: 'url' }],
    };
    const { ignored, options } = read({
      ...extra,
      service_tier: 'auto',
      speed: 'standard',
      inference_geo: null,
      thinking: { type: 'adaptive', display: 'omitted' },
      output_config: { effort: 'low', task_budget: { type: 'tokens', total: 1 } },
    });
    expect(ignored).toEqual([]);
    expect(options.extra).toEqual({
      ...extra,
      thinking: { display: 'omitted' },
      output_config: { task_budget: { type: 'tokens', total: 1 } },
    });
    expect(read({ metadata: {}, mcp_servers: [], output_config: {} }).options).not.toHaveProperty('extra');
  });

  it('passes on blocks that it does not know, what blocks have besides, and where they stand', () => {
    const found = { type: 'web_search_tool_result', tool_use_id: 's', content: [{ type: 'web_search_result' }] };
    const search = { type: 'server_tool_use', id: 's', name: 'web_search', input: { query: 'x' } };
    const upload = { type: 'container_upload', file_id: 'file_1' };
    const reference = { type: 'tool_reference', tool_name: 'clock' };
    const marked = { ...text('a'), cache_control: { type: 'ephemeral' } };
    const made = { ...call('c'), caller: { type: 'direct' } };
    const { conversation } = read({
      messages: [
        { role: 'user', content: [upload, marked, { type: 'opaque' }] },
        assistant(search, found, text('It is.'), made),
        { role: 'user', content: [{ ...result('c'), content: [reference] }] },
      ],
    });
    const opaque = (block: object) => ({ type: 'opaque', block });
    expect(conversation.messages.map(({ content }) => content)).toEqual([
      [opaque(upload), marked, opaque({ type: 'opaque' })],
      [opaque(search), opaque(found), text('It is.'), made],
      [{ ...result('c'), content: [opaque(reference)] }],
    ]);
  });

  it('names files that were uploaded by the fields in which they stand', () => {
    const source = { type: 'file', file_id: 'file_1' };
    const image = { type: 'image', source };
    const file = { type: 'document', source, title: 'A file' };
    const pieces = { type: 'document', source: { type: 'content', content: [text('a'), image] } };
    const { conversation } = read({
      messages: [
        { role: 'user', content: [text('One')] },
        { role: 'user', content: [image, file, pieces] },
        assistant(call('c')),
        { role: 'user', content: [{ ...result('c'), content: [text('b'), image] }] },
      ],
    });
    const at = (block: string) => ({ ...source, field: `messages.${block}.source.file_id` });
    expect(conversation.messages.map(({ content }) => content)).toEqual([
      [
        text('One'),
        { ...image, source: at('1.content.0') },
        { ...file, source: at('1.content.1') },
        {
          ...pieces,
          source: { type: 'content', content: [text('a'), { ...image, source: at('1.content.2.source.content.1') }] },
        },
      ],
      [call('c')],
      [{ ...result('c'), content: [text('b'), { ...image, source: at('3.content.0.content.1') }] }],
    ]);
  });

  it('takes an answer that the model is to go on with', () => {
    const begun = assistant({ type: 'server_tool_use', id: 's', name: 'web_search', input: {} });
    expect(read({ messages: [hello, begun] }).conversation.messages.at(-1)).toMatchObject({ role: 'assistant' });
  });

  it('keeps the marks of the system prompt, by the index that each text has', () => {
    const cache_control = { type: 'ephemeral', ttl: '1h' };
    const system = [text(' '), text('One.'), { ...text('Two.'), cache_control }];
    expect(read({ system }).conversation).toMatchObject({ system: ['One.', 'Two.'] });
    expect(read({ system }).conversation.systemMarks).toEqual(new Map([[1, cache_control]]));
  });

  it.each([
    ['auto', { type: 'auto' }],
    ['tool', { type: 'tool', name: 'web_search' }],
  ])('takes tools that the API defines as they are, and the choice %s among them', (type, expected) => {
    const search = { type: 'web_search_20250305', name: 'web_search', max_uses: 3 };
    const several = { type: 'mcp_toolset', mcp_server_name: 'a' };
    const { conversation, options } = read({
      tools: [search, tool, several],
      tool_choice: { type, ...(type === 'tool' && { name: 'web_search' }) },
    });
    expect(conversation.tools).toMatchObject([{ name: 'clock' }]);
    expect(conversation.apiTools).toEqual([
      { name: 'web_search', definition: search, index: 0 },
      { definition: several, index: 2 },
    ]);
    expect(options.toolChoice).toEqual(expected);
  });

  it('loses no system message that comes behind an answer to go on with', () => {
    const { conversation } = read({
      messages: [
        hello,
        { role: 'system', content: 'One.' },
        assistant(text('Well,')),
        { role: 'system', content: 'Two.' },
      ],
    });
    expect(conversation.messages.map(({ role }) => role)).toEqual(['user', 'system', 'assistant']);
    expect(conversation.messages[1]).toEqual({ role: 'system', content: [text('One.'), text('Two.')] });
  });

  it('takes system messages where the API does, right after a message of the user', () => {
    const { conversation } = read({
      system: [text('One.'), text(' ')],
      messages: [
        { role: 'system', content: 'Two.' },
        hello,
        { role: 'system', content: 'Three.' },
        { role: 'user', content: 'Go on.' },
        { role: 'assistant', content: 'Well.' },
        { role: 'system', content: [text('Four.'), text(' ')] },
        hello,
        { role: 'system', content: 'Five.' },
      ],
    });
    expect(conversation).toEqual({
      system: ['One.', 'Two.'],
      messages: [
        { role: 'user', content: [text('Hello'), text('Go on.')] },
        { role: 'system', content: [text('Three.')] },
        { role: 'assistant', content: [text('Well.')] },
        { role: 'user', content: [text('Hello')] },
        { role: 'system', content: [text('Four.'), text('Five.')] },
      ],
    });
  });

  it('reads how the next token is chosen', () => {
    expect(read({ temperature: 0, top_p: 0.5, top_k: 5 }).options.sampling).toEqual({
      temperature: 0,
      topP: 0.5,
      topK: 5,
    });
    expect(read({ temperature: null }).options).not.toHaveProperty('sampling');
  });

  it.each([
    [{ temperature: 1.1 }, 'temperature: Input should be less than or equal to 1'],
    [{ top_p: -1 }, 'top_p: Input should be greater than or equal to 0'],
    [{ top_k: 1.5 }, 'top_k: Input should be a valid integer'],
    [{ temperature: 'hot' }, 'temperature: Input should be a valid number'],
  ])('refuses %j as the API does', (fields, message) => {
    expect(failureOf(bodyWith(fields))).toMatchObject({ code: 'INVALID_REQUEST', message });
  });
});

describe('fromCountRequest', () => {
  it('needs no bound of the answer', () => {
    const request = fromCountRequest(
      { model: 'haiku', messages: [hello], tools: [tool], max_tokens: 'unread' },
      { defaultModel: 'sonnet' },
    );
    expect(request).toMatchObject({ model: 'haiku', conversation: { tools: [{ name: 'clock' }] }, options: {} });
  });
});
