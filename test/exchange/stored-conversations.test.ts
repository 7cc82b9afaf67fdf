import request from 'supertest';
import { describe, expect, it } from 'vitest';
import type { RunTurn } from '../../src/core/backend.ts';
import type { Conversation } from '../../src/core/conversation.ts';
import { HarnessError } from '../../src/core/errors.ts';
import type { TurnEvent } from '../../src/core/turn-event.ts';
import type { TurnOptions } from '../../src/core/turn-options.ts';
import { createDeferred } from '../../src/util/deferred.ts';
import { end, start, testApp, type Reply } from '../http/test-app.ts';
import { numbered } from '../support/block-ids.ts';
import { memoryConversations } from '../support/memory-conversations.ts';
import { callBlock, outputBlock, textBlock, thinkingBlock } from '../turn/scripted.ts';

type Answer = readonly TurnEvent[] | HarnessError;

const stop = (stopReason: Extract<TurnEvent, { type: 'end' }>['stopReason']): TurnEvent => ({ ...end, stopReason });
const text = (words: string): TurnEvent[] => [...textBlock(words), end];

/** An app that gives these answers one after the other, and what it was asked. */
async function service(answers: readonly Answer[], { maxBytes = 1024 ** 2 } = {}) {
  const asked: { conversation: Conversation; options: TurnOptions }[] = [];
  const runTurn: RunTurn = async function* (conversation, options) {
    const answer = answers[asked.length] ?? text('Hi');
    asked.push({ conversation, options });
    await Promise.resolve();
    yield start;
    if (answer instanceof HarnessError) throw answer;
    yield* numbered(answer);
  };
  const { app } = testApp(runTurn, { conversations: memoryConversations({ maxBytes }) });
  const post = async (path: string, body: object, headers: Record<string, string> = {}): Promise<Reply> =>
    request(app).post(path).set(headers).send(body);
  const { body } = (await request(app).post('/v1/sessions')) as Reply;
  const id = (body as { session_id: string }).session_id;
  const session = { 'x-session-id': id };
  return {
    ...{ app, asked, post, id },
    chat: (body: object) => post('/v1/chat/completions', { model: 'haiku', ...body }, session),
    message: (body: object) => post('/v1/messages', { model: 'haiku', max_tokens: 99, ...body }, session),
    respond: (body: object) => post('/v1/responses', { model: 'haiku', ...body }, session),
    count: async () => ((await request(app).get(`/v1/sessions/${id}`)).body as { messages: number }).messages,
    /** What the model was shown last. */
    seen: () => asked.at(-1)?.conversation,
  };
}

const said = (role: 'user' | 'assistant', ...texts: string[]) => ({
  role,
  content: texts.map((words) => ({ type: 'text', text: words })),
});
const user = (content: unknown) => ({ messages: [{ role: 'user', content }] });
const statusAndMessage = ({ status, body }: Reply) => [status, (body as { error: { message: string } }).error.message];

describe('a request that names a stored conversation', () => {
  it('goes on with it, whichever dialect began it, and says so', async () => {
    const { chat, message, respond, seen, id, count } = await service([text('One'), text('Two'), text('Three')]);
    const first = await chat({ messages: [{ role: 'system', content: 'Be brief.' }, ...user('A').messages] });
    expect([first.status, first.headers['x-session-id']]).toEqual([200, id]);
    expect((await message({ ...user('B'), stream: true })).headers['x-session-id']).toBe(id);
    expect((await respond({ input: 'C', stream: true })).headers['x-session-id']).toBe(id);
    expect(seen()).toEqual({
      system: ['Be brief.'],
      messages: [
        said('user', 'A'),
        said('assistant', 'One'),
        said('user', 'B'),
        said('assistant', 'Two'),
        said('user', 'C'),
      ],
    });
    expect(await count()).toBe(6);
  });

  it('may have another system prompt, which holds from then on', async () => {
    const { message, seen } = await service([]);
    await message({ ...user('A'), system: 'First.' });
    await message({ ...user('B'), system: 'Second.' });
    await message(user('C'));
    expect(seen()?.system).toEqual(['Second.']);
  });

  it('may ask for structured output, which is stored as text', async () => {
    const { chat, seen } = await service([[...outputBlock('{"city":', '"Oslo"}'), end]]);
    const schema = { type: 'object', properties: { city: { type: 'string' } } };
    await chat({ ...user('A'), response_format: { type: 'json_schema', json_schema: { name: 'city', schema } } });
    await chat(user('B'));
    expect(seen()?.messages[1]).toEqual(said('assistant', '{"city":"Oslo"}'));
  });

  it('is answered in the background like any other', async () => {
    const { respond, chat, count, seen, app } = await service([text('One')]);
    const { id } = (await respond({ input: 'A', background: true })).body as { id: string };
    await expect
      .poll(async () => ((await request(app).get(`/v1/responses/${id}`)).body as { status: string }).status)
      .toBe('completed');
    expect(await count()).toBe(2);
    await chat(user('B'));
    expect(seen()?.messages).toHaveLength(3);
  });

  it('shows the model the very same blocks again, but no marks for the prompt cache', async () => {
    const { message, asked } = await service([text('One'), text('Two')]);
    const mark = { cache_control: { type: 'ephemeral' } };
    const content = [
      { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'D', ...mark }] }, ...mark },
      { type: 'text', text: 'A', ...mark },
    ];
    await message(user(content));
    await message(user([{ type: 'text', text: 'B', ...mark }]));
    const [first, second] = asked.map(({ conversation }) => conversation.messages);
    expect(JSON.stringify(first)).toContain('cache_control');
    const unmarked = JSON.stringify(first).replaceAll(/,"cache_control":{"type":"ephemeral"}/g, '');
    const stored = JSON.stringify([...(JSON.parse(unmarked) as object[]), said('assistant', 'One')]).slice(0, -1);
    expect(JSON.stringify(second).startsWith(stored)).toBe(true);
    expect(second?.at(-1)).toEqual({ role: 'user', content: [{ type: 'text', text: 'B', ...mark }] });
  });

  it('can not be told where its answer begins by `n`', async () => {
    const { chat, count, asked } = await service([]);
    expect(statusAndMessage(await chat({ ...user('A'), n: 2 }))).toEqual([
      400,
      'n must be 1 with the header x-session-id: a conversation goes on from one answer.',
    ]);
    expect([await count(), asked]).toEqual([0, []]);
  });

  it('has no previous response besides', async () => {
    const { respond } = await service([]);
    const [status, message] = statusAndMessage(await respond({ input: 'A', previous_response_id: 'resp_1' }));
    expect([status, message]).toEqual([400, expect.stringMatching(/^previous_response_id .* x-session-id/)]);
  });

  it('is refused where the text API is asked', async () => {
    const { post, id } = await service([]);
    const reply = await post('/v1/completions', { model: 'haiku', prompt: 'A' }, { 'x-session-id': id });
    expect(statusAndMessage(reply)).toEqual([400, 'x-session-id is not served here; use /v1/chat/completions.']);
  });

  it('is refused before the model is asked where it would become too large', async () => {
    const { chat, asked, count } = await service([], { maxBytes: 300 });
    await chat(user('A'));
    const reply = await chat(user('B'.repeat(300)));
    expect(statusAndMessage(reply)).toEqual([413, expect.stringContaining('conversations.max_size')]);
    expect([asked.length, await count()]).toEqual([1, 2]);
    expect((await chat(user('C'))).status).toBe(200);
  });
});

describe('tool calls of a stored conversation', () => {
  const calls = [...thinkingBlock('Hm'), ...callBlock('toolu_1', 'weather', '{"city":', '"Oslo"}'), stop('tool_use')];
  const tool = { name: 'weather', parameters: { type: 'object', properties: {} } };
  const ask = { ...user('Weather?'), tools: [{ type: 'function', function: tool }] };
  const dialects = [
    ['chat', { messages: [{ role: 'tool', tool_call_id: 'toolu_1', content: 'Rain' }] }],
    ['chat', { messages: [{ role: 'function', name: 'weather', content: 'Rain' }] }],
    ['message', user([{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'Rain' }])],
    ['respond', { input: [{ type: 'function_call_output', call_id: 'toolu_1', output: 'Rain' }] }],
  ] as const;

  it.each(dialects)('are answered by a result alone, by %s', async (dialect, body) => {
    const asked = await service([calls]);
    await asked.chat(ask);
    const reply = await asked[dialect](body);
    expect(reply.status).toBe(200);
    const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'Rain' }] };
    expect(asked.seen()?.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm', signature: 'signed Hm' },
          { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Oslo' } },
        ],
      },
      { role: 'user', content: [result] },
    ]);
  });

  it.each([
    ['chat', user('Hello')],
    ['message', user('Hello')],
    ['respond', { input: 'Hello' }],
    ['chat', { messages: [{ role: 'tool', tool_call_id: 'toolu_2', content: 'Rain' }] }],
    ['message', user([{ type: 'tool_result', tool_use_id: 'toolu_2', content: 'Rain' }])],
    ['respond', { input: [{ type: 'function_call_output', call_id: 'toolu_2', output: 'Rain' }] }],
  ] as const)('must be answered first, and no other: %s %j', async (dialect, body) => {
    const asked = await service([calls]);
    await asked.chat(ask);
    const [status, message] = statusAndMessage(await asked[dialect](body));
    expect([status, message]).toEqual([400, expect.stringMatching(/toolu_[12]/)]);
    expect(await asked.count()).toBe(2);
  });

  it('come without their thinking before another model', async () => {
    const { chat, seen } = await service([calls]);
    await chat(ask);
    await chat({ model: 'opus', messages: [{ role: 'tool', tool_call_id: 'toolu_1', content: 'Rain' }] });
    expect(seen()?.messages[1]?.content.map(({ type }) => type)).toEqual(['tool_use']);
    await chat(user('Thanks'));
    expect(seen()?.messages[1]?.content.map(({ type }) => type)).toEqual(['thinking', 'tool_use']);
  });

  it('that were cut off are left out, with the thinking before them', async () => {
    const cut = [...textBlock('I look.'), ...thinkingBlock('Hm'), ...callBlock('toolu_1', 'weather', '{"ci')];
    const { chat, seen } = await service([
      [...cut, stop('max_tokens')],
      [...thinkingBlock('Hm'), stop('max_tokens')],
    ]);
    await chat(ask);
    await chat(user('Go on'));
    expect(seen()?.messages).toEqual([said('user', 'Weather?'), said('assistant', 'I look.'), said('user', 'Go on')]);
    await chat(user('Again'));
    expect(seen()?.messages.at(-1)).toEqual(said('user', 'Go on', 'Again'));
  });
});

describe('nothing is stored', () => {
  it.each([
    ['an answer that fails', new HarnessError('OVERLOADED', 'Busy.')],
    ['an answer that was refused', [...textBlock('I'), stop('refusal')]],
  ] as const)('of %s', async (_name, answer) => {
    for (const stream of [false, true]) {
      const { chat, count, seen } = await service([answer]);
      await chat({ ...user('A'), stream });
      expect(await count()).toBe(0);
      expect((await chat(user('A'))).status).toBe(200);
      expect(seen()?.messages).toEqual([said('user', 'A')]);
    }
  });

  it('of a request without the header, or with the id of an agent’s session', async () => {
    const { post, count, asked } = await service([]);
    for (const headers of [{}, { 'x-session-id': 'sesn_1' }] as Record<string, string>[]) {
      const reply = await post('/v1/chat/completions', { model: 'haiku', ...user('A') }, headers);
      expect([reply.status, reply.headers['x-session-id']]).toEqual([200, undefined]);
    }
    expect([await count(), asked.map(({ options }) => options.continuesPaused)]).toEqual([0, [undefined, undefined]]);
  });

  it('of a request that can not be read, after which the conversation is free', async () => {
    const { chat, count } = await service([]);
    expect((await chat({ messages: 7 })).status).toBe(400);
    expect((await chat(user('A'))).status).toBe(200);
    expect(await count()).toBe(2);
  });
});

describe('a conversation', () => {
  it('is answered one request at a time', async () => {
    const waiting = createDeferred<undefined>();
    const runTurn: RunTurn = async function* () {
      yield start;
      await waiting.promise;
      yield* text('Hi');
    };
    const { app } = testApp(runTurn);
    const { body } = (await request(app).post('/v1/sessions').send({})) as Reply;
    const session = { 'x-session-id': (body as { session_id: string }).session_id };
    const ask = (stream: boolean) =>
      request(app)
        .post('/v1/messages')
        .set(session)
        .send({ model: 'haiku', max_tokens: 9, ...user('A'), stream });
    const first = ask(false).then((reply) => reply.status);
    await expect.poll(async () => (await ask(false)).status).toBe(409);
    waiting.resolve(undefined);
    expect(await first).toBe(200);
    expect((await ask(true)).status).toBe(200);
  });

  it.each([
    ['/v1/chat/completions', user('A'), { error: { code: 'session_not_found', param: 'x-session-id' } }],
    ['/v1/responses', { input: 'A' }, { error: { code: 'session_not_found' } }],
    ['/v1/messages', { ...user('A'), max_tokens: 9 }, { type: 'error', error: { type: 'not_found_error' } }],
  ])('that is not there is not found by %s', async (path, body, failure) => {
    const { post, asked } = await service([]);
    const reply = await post(path, { model: 'haiku', ...body }, { 'x-session-id': 'session_0' });
    expect([reply.status, asked]).toEqual([404, []]);
    expect(reply.body).toMatchObject(failure);
  });
});
