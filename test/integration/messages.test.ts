import Anthropic from '@anthropic-ai/sdk';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiErrors } from '../../src/stand-in/api-errors.ts';
import { planHeaders } from '../../src/stand-in/plan-headers.ts';
import { cliUnderTest } from '../support/cli-under-test.ts';
import { cheapModel as model, startHarness, type Harness } from '../support/harness.ts';
import { conversationOf, systemOf, upstreamBody } from '../support/upstream.ts';

let harness: Harness;
let client: Anthropic;

beforeAll(async () => {
  harness = await startHarness();
  client = clientOf(harness);
});

afterAll(async () => {
  await harness.stop();
});

const clientOf = ({ url }: Harness) => new Anthropic({ baseURL: url, apiKey: 'any', maxRetries: 0 });
const question: Anthropic.MessageParam = { role: 'user', content: 'Hello there' };
const tool: Anthropic.Tool = { name: 'clock', description: 'd'.repeat(5000), input_schema: { type: 'object' } };
const lastBody = () => upstreamBody(harness.standIn.requests.at(-1));
const ask = (fields: Partial<Anthropic.MessageCreateParamsNonStreaming> = {}, from = client) =>
  from.messages.create({ model, max_tokens: 4000, messages: [question], ...fields });

describe('what reaches the API', () => {
  test('is every block of the conversation, where it stood', async () => {
    const signed = (thinking: string) => ({ type: 'thinking' as const, thinking, signature: `sig of ${thinking}` });
    const call = (id: string) => ({ type: 'tool_use' as const, id, name: 'clock', input: { a: [1] } });
    const text = (words: string) => ({ type: 'text' as const, text: words });
    const pdf: Anthropic.DocumentBlockParam = {
      type: 'document',
      source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0xLjQ=' },
    };
    const messages: Anthropic.MessageParam[] = [
      { role: 'user', content: [text('one'), pdf, text('two')] },
      {
        role: 'assistant',
        content: [
          signed('first'),
          text('Let me see.'),
          { type: 'redacted_thinking', data: 'eHh4' },
          signed('second'),
          call('a'),
          call('b'),
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'b', content: [text('noon'), pdf] },
          { type: 'tool_result', tool_use_id: 'a', content: [text('broken')], is_error: true },
          text('And then?'),
        ],
      },
      { role: 'assistant', content: [text('Well'), signed('third'), text('so.')] },
      { role: 'user', content: [text('last')] },
    ];
    harness.standIn.behave({ kind: 'answer' });
    await ask({
      messages,
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      tools: [{ ...tool, cache_control: { type: 'ephemeral' } }],
      thinking: { type: 'enabled', budget_tokens: 1357 },
      output_config: { effort: 'low' },
    });

    const named = JSON.parse(JSON.stringify(messages).replaceAll('"clock"', '"mcp__client__clock"')) as typeof messages;
    const asStrings = named.map(({ role, content }) => ({
      role,
      content: (content as Anthropic.ContentBlockParam[]).map((block) => (block.type === 'text' ? block.text : block)),
    }));
    const request = harness.standIn.requests.at(-1);
    expect(conversationOf(request)).toEqual(asStrings);
    expect(systemOf(request)).toEqual(['Be brief.']);
    expect(lastBody()).toMatchObject({
      max_tokens: 4000,
      thinking: { type: 'enabled', budget_tokens: 1357 },
      tools: [{ name: 'mcp__client__clock', description: tool.description, input_schema: tool.input_schema }],
    });
  });

  test.each<[string, Partial<Anthropic.MessageCreateParamsNonStreaming>, object]>([
    [
      'adaptive thinking',
      { thinking: { type: 'adaptive' } },
      { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } },
    ],
    [
      'an effort for it',
      { thinking: { type: 'adaptive' }, output_config: { effort: 'max' } },
      { thinking: { type: 'adaptive' }, output_config: { effort: 'max' } },
    ],
    [
      'an effort alone',
      { output_config: { effort: 'low' } },
      { thinking: { type: 'disabled' }, output_config: { effort: 'low' } },
    ],
  ])('is %s', async (_what, fields, expected) => {
    harness.standIn.behave({ kind: 'answer' });
    await ask({ model: 'claude-sonnet-4-6', ...fields });

    expect(lastBody()).toMatchObject(expected);
  });

  test.each<[object, Anthropic.ToolChoice]>([
    [{ type: 'any' }, { type: 'any' }],
    [
      { type: 'any', disable_parallel_tool_use: true },
      { type: 'any', disable_parallel_tool_use: true },
    ],
    [
      { type: 'tool', name: 'mcp__client__clock' },
      { type: 'tool', name: 'clock' },
    ],
  ])('is the choice of tools: %j', async (expected, tool_choice) => {
    harness.standIn.behave({ kind: 'answer', toolUses: [{ name: 'mcp__client__clock', input: {} }] });
    await ask({ tools: [tool], tool_choice });

    expect(lastBody().tool_choice).toEqual(expected);
  });

  test('is no tool where none may be called', async () => {
    harness.standIn.behave({ kind: 'answer' });
    await ask({ tools: [tool], tool_choice: { type: 'none' } });

    expect(lastBody().tools ?? []).toEqual([]);
  });
});

test('the output of a form comes as text that is one JSON value', async () => {
  harness.standIn.behave({ kind: 'answer', toolUses: [{ name: 'StructuredOutput', input: { city: 'Rome' } }] });
  const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
  const message = await ask({ output_config: { format: { type: 'json_schema', schema } } });

  expect(message).toMatchObject({ content: [{ type: 'text', text: '{"city":"Rome"}' }], stop_reason: 'end_turn' });
});

test('a stop sequence of white space is cut by the harness', async () => {
  harness.standIn.behave({ kind: 'answer', deltas: ['one\n', '\ntwo'] });
  const message = await ask({ stop_sequences: ['\n\n'] });

  expect(message).toMatchObject({ content: [{ text: 'one' }], stop_reason: 'stop_sequence', stop_sequence: '\n\n' });
});

test('an answer that begins again in the middle is an error event, and no text comes twice', async () => {
  const deltas = ['one ', 'two ', 'three '];
  harness.standIn.behave([
    { kind: 'answer', deltas, deltaEveryMs: 60, cutAfterDeltas: 2 },
    { kind: 'answer', deltas },
  ]);
  let said = '';
  const stream = client.messages.stream({ model, max_tokens: 100, messages: [question] });
  stream.on('text', (text) => {
    said += text;
  });
  const failure: unknown = await stream.finalMessage().catch((error: unknown) => error);

  expect(failure).toMatchObject({ type: 'api_error' });
  expect(deltas.join('').startsWith(said)).toBe(true);
  expect(said).not.toBe('');
});

describe('failures', () => {
  afterAll(() => {
    harness.standIn.behave({ kind: 'answer' });
  });

  test.each([
    [apiErrors.authentication(), Anthropic.InternalServerError, { status: 503, type: 'api_error' }],
    [apiErrors.promptTooLong(), Anthropic.BadRequestError, { status: 400, type: 'invalid_request_error' }],
    [apiErrors.rateLimit(), Anthropic.RateLimitError, { status: 429, type: 'rate_limit_error' }],
    [apiErrors.internal(), Anthropic.InternalServerError, { status: 502, type: 'api_error' }],
    [apiErrors.overloaded(), Anthropic.APIError, { status: 529, type: 'overloaded_error' }],
  ])('of the API are thrown as the class that they have: %j', async (behaviour, ErrorClass, expected) => {
    harness.standIn.behave(behaviour);
    const failure: unknown = await ask().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ErrorClass);
    expect(failure).toMatchObject(expected);
    if (behaviour.status === 400) expect((failure as Error).message).toContain('prompt is too long');
  });

  test('a plan that is used up says when it opens again, and that nobody should wait', async () => {
    const resetsAt = Math.floor(Date.now() / 1000) + 3600;
    const windows = planHeaders({ status: 'rejected', resetsAt });
    const limited = await startHarness({ kind: 'error', status: 429, headers: windows });
    try {
      const failure = (await ask({}, clientOf(limited)).catch((error: unknown) => error)) as InstanceType<
        typeof Anthropic.APIError
      >;
      expect(failure).toMatchObject({ status: 429, errorCode: 'plan_limit_reached' });
      expect(failure.headers?.get('x-should-retry')).toBe('false');
      expect(Number(failure.headers?.get('retry-after'))).toBeGreaterThan(3500);
    } finally {
      await limited.stop();
    }
  });
});

describe('counting', () => {
  const countOf = (fields: object = {}) =>
    client.messages.countTokens({ model, messages: [question], ...fields }).withResponse();
  /** As the stand-in counts. */
  const estimate = (body: object) => Math.ceil(JSON.stringify(body).length / 4);

  test('gives the API’s own count of the messages, without what the CLI adds', async () => {
    const before = harness.standIn.requests.length;
    const content = [
      { type: 'text', text: 'word '.repeat(300) },
      { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
    ];
    const { data, response } = await countOf({ messages: [{ role: 'user', content }] });
    const { data: word } = await countOf({ messages: [{ role: 'user', content: 'foo' }] });

    // Of the one word that the CLI's notes are measured by, nothing but the word is left.
    const bare = estimate({ model, messages: [{ role: 'user', content: 'foo' }], tools: [] });
    expect(word.input_tokens).toBe(bare);
    const blocks = (of: unknown) => estimate({ model, messages: [{ role: 'user', content: of }], tools: [] });
    const difference = blocks(content) - blocks([{ type: 'text', text: 'foo' }]);
    // Each count of the stand-in is rounded up.
    expect(Math.abs(data.input_tokens - bare - difference)).toBeLessThanOrEqual(1);
    expect(response.headers.get('x-claude-harness-warning')).toBeNull();
    expect(harness.standIn.requests.length).toBe(before);
  });

  test('adds system prompt and tools, and says that these are an estimate', async () => {
    const { data: plain } = await countOf();
    const { data: withSystem, response } = await countOf({ system: 'x'.repeat(4000) });
    const { data: withTools } = await countOf({ tools: [tool] });

    expect(Math.abs(withSystem.input_tokens - plain.input_tokens - 1000)).toBeLessThan(5);
    expect(withTools.input_tokens - plain.input_tokens).toBeGreaterThan(5000 / 4 + 346);
    expect(response.headers.get('x-claude-harness-warning')).toContain('estimate');
  });

  test('feeds the whole history, and leaves no process at work', async () => {
    const messages = [
      question,
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'clock', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'y'.repeat(2000) }] },
    ];
    const { data } = await countOf({ messages });
    expect(data.input_tokens).toBeGreaterThan(500);
    await expect.poll(() => harness.allWait()).toBe(true);
    const fed = JSON.stringify(harness.standIn.countRequests.map(({ body }) => body));
    expect(fed).toContain('mcp__client__clock');
  });

  test('refuses a model that nobody has', async () => {
    const failure: unknown = await countOf({ model: 'gpt-5' }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Anthropic.NotFoundError);
  });
});

test('models are listed and described for Anthropic’s client', async () => {
  const models: Anthropic.ModelInfo[] = [];
  for await (const info of client.models.list({ limit: 2 })) models.push(info);

  expect(models.length).toBeGreaterThan(2);
  for (const info of models) expect(info).toMatchObject({ type: 'model', display_name: expect.any(String) as string });
  const [first] = models;
  expect(await client.models.retrieve(first?.id ?? '')).toMatchObject({
    id: first?.id,
    max_input_tokens: expect.any(Number) as number,
  });
});

test('the CLI itself, pointed at the harness, has its tools called', async () => {
  harness.standIn.behave((request) => {
    const { tools = [], messages } = upstreamBody(request);
    const isFollowUp = JSON.stringify(messages).includes('tool_result');
    if (!isFollowUp && tools.some(({ name }) => name === 'mcp__client__Bash')) {
      return {
        kind: 'answer',
        toolUses: [{ name: 'mcp__client__Bash', input: { command: 'echo harness-$((40+2))' } }],
      };
    }
    return { kind: 'answer', text: isFollowUp ? 'It printed a number.' : 'No tools.' };
  });
  const home = mkdtempSync(join(tmpdir(), 'harness-client-'));
  try {
    const child = spawn(cliUnderTest, ['-p', '--model', model, '--allowedTools=Bash', 'Print a number'], {
      cwd: home,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        ANTHROPIC_BASE_URL: harness.url,
        ANTHROPIC_API_KEY: 'any',
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      },
    });
    const [said, complaints] = await Promise.all([
      readText(child.stdout),
      readText(child.stderr),
      once(child, 'close'),
    ]);

    expect(`${said}${complaints}`.trim()).toBe('It printed a number.');
    expect(JSON.stringify(lastBody().messages)).toContain('harness-42');
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
