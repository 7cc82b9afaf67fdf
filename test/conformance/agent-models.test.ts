import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import type OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { agentsConfig } from '../support/agents/agents-config.ts';
import { bash, calls, says, write } from '../support/agents/scripted.ts';
import { cheapModel, startHarness, type Harness } from '../support/harness.ts';
import { conversationOf } from '../support/upstream.ts';

let harness: Harness;
let anthropic: Anthropic;
let folder: string;

const free = `${cheapModel}:free`;
const careful = `${cheapModel}:careful`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'agent-models-'));
  const agent = (policy: 'always_allow' | 'always_ask') => ({
    model: cheapModel,
    workspaces: [{ path: folder, mode: 'rw' as const }],
    tools: ['bash' as const, 'read' as const, 'write' as const],
    permissions: { default: policy },
    sandbox: 'off' as const,
  });
  harness = await startHarness(undefined, {
    agents: agentsConfig({ free: agent('always_allow'), careful: agent('always_ask') }),
  });
  anthropic = new Anthropic({ baseURL: harness.url, apiKey: 'any', maxRetries: 0 });
});

afterAll(async () => {
  await harness.stop();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  harness.standIn.behave({ kind: 'answer', text: 'not scripted' });
});

type ChatMessage = OpenAI.ChatCompletionMessageParam;
const user = (content: string): ChatMessage => ({ role: 'user', content });
const assistant = (content: string): ChatMessage => ({ role: 'assistant', content });

/** The answer of `/v1/chat/completions`, and the session that gave it. */
async function chat(messages: ChatMessage[], headers: Record<string, string> = {}, model = free) {
  const { data, response } = await harness.client.chat.completions
    .create({ model, messages }, { headers })
    .withResponse();
  return { text: data.choices[0]?.message.content ?? '', data, session: response.headers.get('x-session-id') ?? '' };
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error,
  );
const roles = () => conversationOf(harness.standIn.requests.at(-1)).map(({ role }) => role);

describe('the list of models', () => {
  test('has each agent, for the clients of both APIs', async () => {
    const ids = (await harness.client.models.list()).data.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining([free, careful]));
    expect(await harness.client.models.retrieve(free)).toMatchObject({ id: free, object: 'model' });
    const wire = await anthropic.models.retrieve(careful);
    expect(wire).toMatchObject({ id: careful, type: 'model', display_name: `careful (an agent with ${cheapModel})` });
    expect((await anthropic.models.list({ limit: 100 })).data.map(({ id }) => id)).toContain(free);
  });
});

describe('a chat completion', () => {
  test('is work that is really done, told while it is done', async () => {
    const path = join(folder, 'hello.txt');
    // What comes while the service is held up is told together.
    const slowly = { kind: 'answer', deltas: ['It ', 'is ', 'written.'], deltaEveryMs: 500 } as const;
    harness.standIn.behave([calls(write(path, 'hello\n')), slowly]);
    const stream = await harness.client.chat.completions.create({
      model: free,
      messages: [user('Write it.')],
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    const pieces = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').filter((text) => text !== '');
    expect(pieces.join('')).toBe('It is written.');
    expect(pieces.length).toBeGreaterThan(1);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    // Of both requests to the model.
    expect(chunks.at(-1)?.usage?.completion_tokens).toBeGreaterThan(1);
    expect(readFileSync(path, 'utf8')).toBe('hello\n');
  });

  test('goes on in the session that has exchanged what the client sends back', async () => {
    harness.standIn.behave([calls(bash('echo 42')), says('Noted.')]);
    const first = await chat([user('Run it.')]);
    expect(first).toMatchObject({ text: 'Noted.', session: expect.stringMatching(/^sesn_/) as string });
    harness.standIn.behave(says('It was 42.'));
    const second = await chat([user('Run it.'), assistant(' Noted. '), user('What was it?')]);
    expect(second.session).toBe(first.session);
    // What the tool has said is still known.
    expect(JSON.stringify(conversationOf(harness.standIn.requests.at(-1)))).toContain('tool_result');
    const session = await anthropic.beta.sessions.retrieve(first.session);
    expect(session).toMatchObject({ title: 'Run it.', metadata: { source: 'chat' }, status: 'idle' });
  });

  test('begins a session that is told of a history that none has', async () => {
    harness.standIn.behave(says('Seven.'));
    const history = [user('My number is 7.'), assistant('Noted.'), user('What is it?')];
    const first = await chat(history);
    expect(roles()).toEqual(['user', 'assistant', 'user']);
    harness.standIn.behave(says('Still seven.'));
    const second = await chat([...history, assistant('Seven.'), user('And now?')]);
    expect(second.session).toBe(first.session);
    expect(roles()).toEqual(['user', 'assistant', 'user', 'assistant', 'user']);
    // Another answer than the one that was given is another conversation.
    const third = await chat([...history, assistant('Eight.'), user('And now?')]);
    expect(third.session).not.toBe(first.session);
  });

  test('goes on in the session that it names', async () => {
    harness.standIn.behave(says('Noted.'));
    const { session } = await chat([user('My number is 8.')]);
    const second = await chat([user('What is it?')], { 'x-session-id': session });
    expect(second.session).toBe(session);
    expect(roles()).toEqual(['user', 'assistant', 'user']);
    const error = await failure(chat([user('What?')], { 'x-session-id': 'sesn_of_nobody' }));
    expect(error).toMatchObject({ status: 404, code: 'session_not_found' });
  });

  test('refuses what an agent cannot honour, and names what has no effect', async () => {
    const body = { model: free, messages: [user('Hi')] };
    const { completions } = harness.client.chat;
    const json = completions.create({ ...body, response_format: { type: 'json_object' } });
    expect(await failure(json)).toMatchObject({ status: 400, param: 'response_format' });
    const tools = [{ type: 'function' as const, function: { name: 'look', parameters: { type: 'object' } } }];
    expect(await failure(completions.create({ ...body, tools }))).toMatchObject({
      status: 400,
      param: 'tools',
    });
    const { response } = await harness.client.chat.completions.create({ ...body, temperature: 0.5 }).withResponse();
    expect(response.headers.get('x-claude-harness-ignored')).toBe('temperature');
  });
});

describe('what a client sees of tools', () => {
  test('is text with tags where it asks for that', async () => {
    harness.standIn.behave([calls(bash('echo 42')), says('Done.')]);
    const { text } = await chat([user('Run it.')], { 'x-sdk-message-mode': 'formatted' });
    const [, call, result, rest] =
      /^<tool_use_sdk>(.*)<\/tool_use_sdk>\n\n<tool_result_sdk>(.*)<\/tool_result_sdk>\n\n(.*)$/s.exec(text) ?? [];
    expect(JSON.parse(call ?? '')).toMatchObject({ name: 'bash', input: { command: 'echo 42' } });
    expect(JSON.parse(result ?? '')).toMatchObject({ is_error: false, content: [{ type: 'text', text: '42' }] });
    expect(rest).toBe('Done.');
  });

  test('is blocks for the Messages API, which can be sent back', async () => {
    harness.standIn.behave([calls(bash('echo 42')), says('Done.')]);
    const headers = { 'x-sdk-message-mode': 'forward' };
    const ask = { model: free, max_tokens: 100 };
    const stream = anthropic.messages.stream({ ...ask, messages: [{ role: 'user', content: 'Run it.' }] }, { headers });
    const first = await stream.finalMessage();
    expect(first.content.map(({ type }) => type as string)).toEqual(['mcp_tool_use', 'mcp_tool_result', 'text']);
    expect(first).toMatchObject({ model: free, stop_reason: 'end_turn' });
    const { data, response } = await anthropic.messages
      .create({
        ...ask,
        messages: [
          { role: 'user', content: 'Run it.' },
          { role: 'assistant', content: first.content },
          { role: 'user', content: 'Again.' },
        ],
      })
      .withResponse();
    expect(data.content).toMatchObject([{ type: 'text' }]);
    expect(response.headers.get('x-session-id')).toBe(stream.response?.headers.get('x-session-id'));
  });

  test('is refused where the header says something else', async () => {
    const of = (mode: string) => failure(chat([user('Hi')], { 'x-sdk-message-mode': mode }));
    expect(await of('loud')).toMatchObject({ status: 400, param: 'x-sdk-message-mode' });
    expect(await of('forward')).toMatchObject({ status: 400, param: 'x-sdk-message-mode' });
  });
});

test('a response goes on from the one before it', async () => {
  harness.standIn.behave(says('Noted.'));
  const first = await harness.client.responses.create({ model: free, input: 'My number is 9.' }).withResponse();
  expect(first.data.output_text).toBe('Noted.');
  const second = await harness.client.responses
    .create({ model: free, input: 'What is it?', previous_response_id: first.data.id })
    .withResponse();
  expect(second.response.headers.get('x-session-id')).toBe(first.response.headers.get('x-session-id'));
});

describe('a question', () => {
  const path = () => join(folder, 'asked.txt');

  test('is answered by somebody else, while the client waits', async () => {
    harness.standIn.behave([calls(write(path())), says('Written.')]);
    const asked = chat([user('Write it.')], { 'x-sdk-message-mode': 'formatted' }, careful);
    const session = await sessionThatAsks();
    const { data } = await anthropic.beta.sessions.events.list(session, { types: ['agent.tool_use'], order: 'desc' });
    await anthropic.beta.sessions.events.send(session, {
      events: [{ type: 'user.tool_confirmation', tool_use_id: data[0]?.id ?? '', result: 'allow' }],
    });
    const { text } = await asked;
    expect(text).toContain('Waiting for permission: write (sevt_');
    expect(text).toMatch(/Written\.$/);
  });

  test('is over when the client leaves', async () => {
    harness.standIn.behave([calls(write(join(folder, 'never.txt'))), says('Written.')]);
    const leaving = new AbortController();
    const asked = harness.client.chat.completions.create(
      { model: careful, messages: [user('Write that.')] },
      { signal: leaving.signal },
    );
    const left = failure(asked);
    const session = await sessionThatAsks();
    leaving.abort();
    await left;
    await expect.poll(() => lastStop(session)).toBe('end_turn');
  });
});

async function sessionThatAsks(): Promise<string> {
  let id = '';
  await expect
    .poll(async () => {
      const { data } = await anthropic.beta.sessions.list({ agent_id: 'careful', order: 'desc' });
      id = data[0]?.id ?? '';
      return id === '' ? undefined : lastStop(id);
    })
    .toBe('requires_action');
  return id;
}

async function lastStop(session: string): Promise<string | undefined> {
  const { data } = await anthropic.beta.sessions.events.list(session, {
    types: ['session.status_idle'],
    order: 'desc',
  });
  const [last] = data;
  return last?.type === 'session.status_idle' ? last.stop_reason.type : undefined;
}
