import { describe, expect, test } from 'vitest';
import type { RawBlock } from '../../src/stand-in/behaviour.ts';
import { cheapModel as model, withDirect, type ConfigChanges } from '../support/harness.ts';
import { sharedHarness } from '../support/shared-harness.ts';
import { upstreamBody } from '../support/upstream.ts';

/*
 * What the harness does not interpret itself, in both directions: blocks and tools of the API's own, further fields of a
 * request, and what the API says beyond the answer.
 */

const pool: ConfigChanges['pool'] = { warm_per_model: 1, max_warm: 2 };
const exact = sharedHarness({ kind: 'answer' }, { pool, ...withDirect });
const fed = sharedHarness({ kind: 'answer' }, { pool, claude: { prompt: 'fed' } });

type Shared = typeof exact;
type Body = Record<string, unknown>;

async function post(shared: Shared, body: Body, base = '', headers: Record<string, string> = {}) {
  const response = await fetch(`${shared.harness.url}${base}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model, max_tokens: 300, messages: [question], ...body }),
  });
  return {
    status: response.status,
    ignored: response.headers.get('x-claude-harness-ignored'),
    text: await response.text(),
  };
}

async function ask(shared: Shared, body: Body, base = ''): Promise<Body> {
  const { status, text } = await post(shared, body, base);
  expect(status, text).toBe(200);
  return JSON.parse(text) as Body;
}

const arrived = (shared: Shared) => upstreamBody(shared.harness.standIn.requests.at(-1)) as unknown as Body;

const question = { role: 'user', content: [{ type: 'text', text: 'What is new?' }] };
const assistant = (...content: object[]) => ({ role: 'assistant', content });
const user = (...content: object[]) => ({ role: 'user', content });
const text = (words: string, more: object = {}) => ({ type: 'text', text: words, ...more });

const search = {
  type: 'server_tool_use',
  id: 'srvtoolu_1',
  name: 'web_search',
  input: { query: 'news' },
  caller: { type: 'direct' },
};
const found = {
  type: 'web_search_tool_result',
  tool_use_id: 'srvtoolu_1',
  content: [
    { type: 'web_search_result', url: 'https://example.com', title: 'News', encrypted_content: 'x', page_age: null },
  ],
};
const citation = {
  type: 'web_search_result_location',
  url: 'https://example.com',
  title: 'News',
  encrypted_index: 'y',
  cited_text: 'so',
};
const ran = {
  type: 'bash_code_execution_tool_result',
  tool_use_id: 'srvtoolu_2',
  content: { type: 'bash_code_execution_result', stdout: '1', stderr: '', return_code: 0, content: [] },
};
const summary = { type: 'compaction', content: 'They greeted each other.' };
const upload = { type: 'container_upload', file_id: 'file_1' };
const strange = { type: 'hologram', of: [{ type: 'text', text: 1 }], cache_control: null };
const clock = { name: 'clock', description: 'The time.', input_schema: { type: 'object', properties: {} } };
const tools = [
  { type: 'web_search_20250305', name: 'web_search', max_uses: 3 },
  { ...clock, defer_loading: true, allowed_callers: ['direct'], input_examples: [{}] },
  { type: 'bash_20250124', name: 'bash' },
  { type: 'tool_search_tool_bm25_20251119', name: 'tool_search_tool_bm25' },
];
const sentTools = tools.map((tool) => (tool.name === 'clock' ? { ...tool, name: 'mcp__client__clock' } : tool));

const history = [
  user(text('One'), strange),
  assistant(summary, search, found, text('It says so.', { citations: [citation] }), ran),
  user(text('Two')),
  assistant(
    { type: 'tool_use', id: 'toolu_1', name: 'bash', input: { command: 'ls' } },
    { type: 'tool_use', id: 'toolu_2', name: 'clock', input: {}, caller: { type: 'direct' } },
  ),
  user(
    { type: 'tool_result', tool_use_id: 'toolu_1', content: [text('a.txt')] },
    { type: 'tool_result', tool_use_id: 'toolu_2', content: [{ type: 'tool_reference', tool_name: 'clock' }] },
  ),
];

/** As the API gets it: with the names that it knows, and without the mark at the end. */
const named = (value: unknown, prefix: string) =>
  JSON.parse(
    JSON.stringify(value)
      .replaceAll('"name":"clock"', `"name":"${prefix}clock"`)
      .replaceAll('"tool_name":"clock"', `"tool_name":"${prefix}clock"`),
  ) as unknown;
const unmarked = (value: unknown) =>
  JSON.parse(JSON.stringify(value).replaceAll(/,"cache_control":\{[^}]*\}/g, '')) as unknown;

describe.each([
  ['through the CLI', '', 'mcp__client__'],
  ['straight to the API', '/api', ''],
])('what is asked %s', (_way, base, prefix) => {
  test('has blocks and tools of the API’s own as they are', async () => {
    exact.harness.standIn.behave({ kind: 'answer' });
    await ask(exact, { messages: history, tools }, base);
    const body = arrived(exact);
    expect(unmarked(body['messages'])).toEqual(named(history, prefix));
    expect(unmarked(body['tools'])).toEqual(named(tools, prefix));
  });

  test('has further fields as they are, and says of none that it was ignored', async () => {
    exact.harness.standIn.behave({ kind: 'answer' });
    const fields = {
      context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] },
      container: { id: 'container_1', skills: [] },
      service_tier: 'standard_only',
      inference_geo: 'us',
      newer_than_the_harness: { a: [1] },
    };
    const { status, ignored } = await post(exact, { ...fields, output_config: { task_budget: { total: 9 } } }, base);
    expect({ status, ignored }).toEqual({ status: 200, ignored: null });
    expect(arrived(exact)).toMatchObject({ ...fields, output_config: { task_budget: { total: 9 } } });
  });

  test('says how thinking is to be shown', async () => {
    exact.harness.standIn.behave({ kind: 'answer' });
    const thinking = { type: 'enabled', budget_tokens: 1024, display: 'omitted' };
    await ask(exact, { max_tokens: 4000, thinking }, base);
    expect(arrived(exact)['thinking']).toEqual(thinking);
  });

  test('may end with an answer that the model goes on with', async () => {
    exact.harness.standIn.behave({ kind: 'answer' });
    const messages = [question, assistant(search, found)];
    await ask(exact, { messages, tools }, base);
    expect(unmarked(arrived(exact)['messages'])).toEqual(messages);
  });

  test('may require a call of a tool of the API’s own, which counts as one', async () => {
    exact.harness.standIn.behave({
      kind: 'answer',
      blocks: [{ start: search }, { start: text(''), deltas: [{ type: 'text_delta', text: 'Found.' }] }],
    });
    const message = await ask(exact, { tools, tool_choice: { type: 'tool', name: 'web_search' } }, base);
    expect(arrived(exact)['tool_choice']).toEqual({ type: 'tool', name: 'web_search' });
    expect(message['content']).toMatchObject([{ type: 'server_tool_use' }, { type: 'text' }]);
    // The CLI itself may begin another request before it is rewound; the harness must not.
    expect(JSON.stringify(exact.requests().map(({ body }) => body))).not.toContain('Call the tool now');
  });
});

test('metadata is the CLI’s own through the CLI, and the client’s straight to the API, whose headers go there, too', async () => {
  exact.harness.standIn.behave({ kind: 'answer' });
  const metadata = { user_id: 'somebody' };
  await ask(exact, { metadata });
  expect(arrived(exact)['metadata']).not.toEqual(metadata);
  const { status } = await post(exact, { metadata }, '/api', { 'anthropic-beta': 'files-api-2025-04-14, a b,x-1' });
  expect(status).toBe(200);
  expect(arrived(exact)['metadata']).toEqual(metadata);
  expect(exact.harness.standIn.requests.at(-1)?.headers['anthropic-beta']).toBe('files-api-2025-04-14,x-1');
});

test.each<[string, Body]>([
  ['user_profile_id', { user_profile_id: 'up_1' }],
  ['mcp_servers', { mcp_servers: [{ type: 'url', url: 'https://example.com', name: 'a' }] }],
  ['tools.0.type', { tools: [{ type: 'mcp_toolset', mcp_server_name: 'a' }] }],
  ['messages.1.content', { messages: [question, assistant({ type: 'mcp_tool_use', id: 'm', input: {} }), question] }],
])('%s is refused through the CLI, by its name, and goes straight to the API', async (field, body) => {
  exact.harness.standIn.behave({ kind: 'answer' });
  const { status, text: refusal } = await post(exact, body);
  expect(status).toBe(400);
  expect(refusal).toContain(field);
  expect(refusal).toContain('/api');
  expect((await post(exact, body, '/api')).status).toBe(200);
});

describe.each([
  ['whole', exact],
  ['fed to the CLI', fed],
])('an upload into a container, in a conversation that is %s', (_way, shared) => {
  test('is refused with what to do, since the container has none of the files that are kept here', async () => {
    const asked = shared.requests().length;
    const messages = [...history.slice(0, 2), user(text('Two'), upload)];
    const { status, text: refusal } = await post(shared, { messages, tools });
    expect(status).toBe(400);
    expect(refusal).toContain('messages.2.content: container_upload');
    expect(refusal).toMatch(/Send the file as a document or an image, or ask the direct backend, under \/api/);
    expect(shared.requests()).toHaveLength(asked);
  });
});

test('an upload into a container goes straight to the API, whose files it names', async () => {
  exact.harness.standIn.behave({ kind: 'answer' });
  const messages = [user(text('One'), upload)];
  await ask(exact, { messages, tools }, '/api');
  expect(unmarked(arrived(exact)['messages'])).toEqual(messages);
});

describe('the marks of the client for the cache', () => {
  const mark = { type: 'ephemeral' };
  const hour = { type: 'ephemeral', ttl: '1h' };

  test('take their places beside those of the CLI, of which there are two', async () => {
    exact.harness.standIn.behave({ kind: 'answer' });
    await ask(exact, {
      system: [text('Be brief.', { cache_control: mark })],
      tools: [{ ...clock, cache_control: mark }],
      messages: [user(text('One', { cache_control: hour }), text('Two', { cache_control: mark }), text('Three'))],
    });
    const { system, tools: sent, messages } = arrived(exact);
    expect(marksOf(system)).toEqual([hour, hour]);
    expect(marksOf(sent)).toEqual([]);
    expect(marksOf(messages)).toEqual([hour, mark]);
  });

  test('on tools last as long as those of the CLI, which come after them', async () => {
    exact.harness.standIn.behave({ kind: 'answer' });
    await ask(exact, { tools: [{ ...clock, cache_control: mark }] });
    const { system, tools: sent, messages } = arrived(exact);
    expect([system, sent, messages].map(marksOf)).toEqual([[hour], [hour], [hour]]);
  });

  test('go straight to the API as they are', async () => {
    exact.harness.standIn.behave({ kind: 'answer' });
    const body = {
      system: [text('Be brief.', { cache_control: mark })],
      messages: [user(text('One', { cache_control: mark }), text('Two'))],
    };
    await ask(exact, body, '/api');
    expect(arrived(exact)).toMatchObject(body);
    expect(marksOf(arrived(exact))).toHaveLength(2);
  });
});

function marksOf(value: unknown): unknown[] {
  return [...JSON.stringify(value ?? []).matchAll(/"cache_control":(\{[^}]*\})/g)].map(
    ([, json = '']) => JSON.parse(json) as unknown,
  );
}

describe.each([
  ['through the CLI', '', 'mcp__client__'],
  ['straight from the API', '/api', ''],
])('what is answered %s', (_way, base, prefix) => {
  const container = { id: 'container_1', expires_at: '2027-01-01T00:00:00Z' };
  const reference = { type: 'tool_reference', tool_name: 'clock' };
  const searched = { type: 'tool_search_tool_result', tool_use_id: 's', content: { tool_references: [reference] } };
  const blocks: RawBlock[] = [
    { start: { ...search, input: {} }, deltas: [json('{"query"'), json(':"news"}')] },
    { start: found },
    {
      start: text(''),
      deltas: [
        { type: 'text_delta', text: 'So.' },
        { type: 'citations_delta', citation },
      ],
    },
    { start: { ...summary, content: null }, deltas: [{ type: 'compaction_delta', content: summary.content }] },
    { start: ran },
    { start: named(searched, prefix) as typeof searched },
    { start: { type: 'hologram', colour: '' }, deltas: [{ type: 'hologram_delta', colour: 'red' }] },
    {
      start: { type: 'tool_use', id: 'toolu_1', name: 'bash', input: {}, caller: { type: 'direct' } },
      deltas: [json('{}')],
    },
    { start: { type: 'tool_use', id: 'toolu_2', name: `${prefix}clock`, input: {} }, deltas: [] },
  ];
  const counts = { server_tool_use: { web_search_requests: 1 }, service_tier: 'standard' };
  const behaviour = {
    kind: 'answer',
    blocks,
    stopReason: 'pause_turn',
    usage: { output_tokens: 9, ...counts },
    end: { delta: { container }, event: { context_management: { applied_edits: [] } } },
  } as const;

  test('has every block, whole', async () => {
    exact.harness.standIn.behave(behaviour);
    const message = await ask(exact, { tools }, base);
    expect(message).toMatchObject({
      content: [
        search,
        found,
        text('So.', { citations: [citation] }),
        summary,
        ran,
        searched,
        { type: 'hologram', colour: 'red' },
        { type: 'tool_use', name: 'bash', input: {}, caller: { type: 'direct' } },
        { type: 'tool_use', name: 'clock', input: {} },
      ],
      stop_reason: 'pause_turn',
      container,
      context_management: { applied_edits: [] },
      usage: { output_tokens: 9, ...counts },
    });
  });

  test('has every event, streamed', async () => {
    exact.harness.standIn.behave(behaviour);
    const { text: stream } = await post(exact, { tools, stream: true }, base);
    const events = [...stream.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data) as Body);
    const starts = events.filter(({ type }) => type === 'content_block_start').map((event) => event['content_block']);
    const sent = JSON.parse(JSON.stringify(blocks).replaceAll('mcp__client__', '')) as typeof blocks;
    expect(starts).toEqual(sent.map(({ start }) => start));
    const deltas = events.filter(({ type }) => type === 'content_block_delta').map(({ delta }) => delta);
    expect(deltas).toEqual(sent.flatMap(({ deltas: each = [] }) => each));
    expect(events.at(-2)).toMatchObject({
      type: 'message_delta',
      delta: { stop_reason: 'pause_turn', container },
      context_management: { applied_edits: [] },
      usage: counts,
    });
  });

  test('is for OpenAI’s clients what they have a place for', async () => {
    exact.harness.standIn.behave({ ...behaviour, blocks: blocks.slice(0, 5) });
    const { client, directClient } = exact.harness;
    const openai = base === '' ? client : directClient;
    const messages = [{ role: 'user' as const, content: 'What is new?' }];
    const { choices } = await openai.chat.completions.create({ model, messages });
    expect(choices).toMatchObject([{ message: { content: 'So.' }, finish_reason: 'stop' }]);
    const response = await openai.responses.create({ model, input: 'What is new?' });
    expect(response).toMatchObject({ status: 'completed', output_text: 'So.' });
  });
});

function json(partial_json: string) {
  return { type: 'input_json_delta', partial_json };
}

test('a prompt of blocks and tools of the API’s own, which ends with an answer, is counted', async () => {
  const { url } = exact.harness;
  const count = async (body: Body) => {
    const response = await fetch(`${url}/v1/messages/count_tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model, ...body }),
    });
    const json = (await response.json()) as { input_tokens: number };
    return { tokens: json.input_tokens, warning: response.headers.get('x-claude-harness-warning') };
  };
  const { tokens: asked } = await count({ messages: [question] });
  const { tokens: answered } = await count({
    messages: [question, assistant(search, { ...found, more: 'x'.repeat(4000) })],
  });
  expect(answered - asked).toBeGreaterThan(1000);
  const { tokens: offered, warning } = await count({ messages: [question], tools });
  expect(offered).toBeGreaterThan(asked);
  expect(warning).toContain('hundreds');
});

describe('a conversation that is fed to the CLI', () => {
  test('has blocks of the API’s own as they are', async () => {
    fed.harness.standIn.behave({ kind: 'answer' });
    const marked = user(text('Three', { cache_control: { type: 'ephemeral', ttl: '1h' } }));
    await ask(fed, { messages: [...history, assistant(text('Well')), marked], tools, container: 'container_1' });
    const body = arrived(fed);
    const sent = JSON.stringify(unmarked(body['messages']));
    for (const block of [strange, summary, search, found, ran]) expect(sent).toContain(JSON.stringify(block));
    expect(body['tools']).toEqual(sentTools);
    expect(body['container']).toBe('container_1');
    expect(marksOf(body['messages'])).toHaveLength(1);
  });

  test.each<[string, Body]>([
    ['messages', { messages: [question, assistant(text('It'))] }],
    ['thinking.display', { max_tokens: 4000, thinking: { type: 'enabled', budget_tokens: 1024, display: 'omitted' } }],
  ])('cannot have %s of some kinds, which are refused by name', async (field, body) => {
    const { status, text: refusal } = await post(fed, body);
    expect(status).toBe(400);
    expect(refusal).toContain(`${field}: `);
    expect(refusal).toContain('claude.prompt');
  });
});
