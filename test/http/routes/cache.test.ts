import request from 'supertest';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RunTurn, ServedBy } from '../../../src/core/backend.ts';
import type { JournalEntry } from '../../../src/core/journal.ts';
import type { AccessToken } from '../../../src/core/role.ts';
import type { TurnEvent } from '../../../src/core/turn-event.ts';
import { Journal } from '../../../src/exchange/journal.ts';
import { createDeferred } from '../../../src/util/deferred.ts';
import { hashToken } from '../../../src/util/token-hash.ts';
import { callBlock, refusalBlock, textBlock } from '../../turn/scripted.ts';
import { memoryCache } from '../../support/memory-cache.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { eventually } from '../../util/eventually.ts';
import { expectDescribed, operationOf } from '../openapi/described.ts';
import {
  chat,
  end,
  listen,
  restart,
  start,
  statusOf as statusOfBackend,
  testApp,
  yielding,
  type Reply,
  type TestChanges,
} from '../test-app.ts';

const messages = { ...chat, max_tokens: 99 };
const responses = { model: 'haiku', input: 'Hello', store: false };
const text = { model: 'haiku', prompt: 'Hello' };
const dialects = [
  ['/v1/chat/completions', chat],
  ['/v1/messages', messages],
  ['/v1/responses', responses],
  ['/v1/completions', text],
] as const;

interface Setup extends TestChanges {
  run?: RunTurn;
  ttlMs?: number;
  tools?: boolean;
}

/** An app whose answers are kept for a minute, each of which says which turn it came from. */
function setup({ run, ttlMs = 60_000, tools = false, ...changes }: Setup = {}) {
  let turns = 0;
  const entries: JournalEntry[] = [];
  const clock = { now: 1_000_000 };
  const counting: RunTurn = async function* (conversation, options, signal) {
    turns += 1;
    options.onStage?.({ name: 'admitted', backend: 'cli' });
    yield* (run ?? yielding(start, ...textBlock(`Turn ${turns}, `, 'whole.'), end))(conversation, options, signal);
  };
  const { app } = testApp(counting, {
    cache: memoryCache({ ttlMs, tools, now: () => clock.now }),
    journal: new Journal([(entry) => entries.push(entry)], memoryLog()),
    ...changes,
  });
  return {
    app,
    clock,
    entries,
    turns: () => turns,
    ask: async (path: string, body: object, headers: Record<string, string> = {}) =>
      (await request(app).post(path).set(headers).send(body)) as Reply,
  };
}

const statusOf = ({ headers }: Reply) => headers['cache-status'];
const words = ({ text: body }: Reply) => [...body.matchAll(/Turn \d, |whole\./g)].map(([word]) => word).join('');
const idsIn = ({ text: body }: Reply) => body.match(/(chatcmpl-|msg_|resp_|cmpl-)[0-9a-f]{32}/)?.[0];

describe.each(dialects)('%s', (path, body) => {
  it('answers an equal request with the same answer, under a new id', async () => {
    const { ask, clock, turns } = setup();
    const first = await ask(path, body);
    clock.now += 1500;
    const second = await ask(path, body);
    for (const reply of [first, second]) expectDescribed(operationOf('post', path), reply);
    expect([statusOf(first), first.headers['age']]).toEqual(['claude-harness; fwd=miss; stored', undefined]);
    expect([statusOf(second), second.headers['age']]).toEqual(['claude-harness; hit; ttl=59', '1']);
    expect([words(first), words(second), turns()]).toEqual(['Turn 1, whole.', 'Turn 1, whole.', 1]);
    expect(idsIn(second)).not.toBe(idsIn(first));
    expect((second.body as { usage: object }).usage).toEqual((first.body as { usage: object }).usage);
  });

  it('streams what was answered whole, and answers whole what was streamed', async () => {
    for (const isStreamFirst of [true, false]) {
      const { ask, turns } = setup();
      const first = await ask(path, { ...body, stream: isStreamFirst });
      const second = await ask(path, { ...body, stream: !isStreamFirst });
      expect([words(second).startsWith('Turn 1, whole.'), turns()]).toEqual([true, 1]);
      expect(statusOf(first)).toBe(`claude-harness; fwd=miss${isStreamFirst ? '' : '; stored'}`);
      expect(statusOf(second)).toBe('claude-harness; hit; ttl=60');
      expect((isStreamFirst ? first : second).text).toContain('data: ');
    }
  });

  it('refuses a field that is not as it should be, and names it', async () => {
    const { ask } = setup({ ttlMs: 0 });
    for (const [fields, name] of [
      [{ ttl: 'long' }, /cache\.ttl/],
      [{ 's-maxage': -1 }, /cache\.s-maxage/],
      [{ 'no-cache': 1 }, /cache\.no-cache/],
      [{ 'no-store': 'yes' }, /cache\.no-store/],
      [{ namespace: 'x'.repeat(129) }, /cache\.namespace/],
      [{ nostore: true }, /cache[: ]/],
      [true, /cache[: ]/],
    ] as const) {
      const reply = await ask(path, { ...body, cache: fields });
      expect([reply.status, reply.text]).toEqual([400, expect.stringMatching(name)]);
    }
  });

  it('accepts what a request says where the cache is off, and says nothing of it', async () => {
    const { ask, turns, entries } = setup({ ttlMs: 0, unsupportedParams: 'reject' });
    const headers = { 'cache-control': 'only-if-cached, max-age=9' };
    const replies = [
      await ask(path, { ...body, cache: { ttl: 60, namespace: 'a' } }, headers),
      await ask(path, { ...body, cache: { ttl: 60, namespace: 'a' } }, headers),
    ];
    for (const reply of replies) {
      expect([reply.status, statusOf(reply), reply.headers['x-claude-harness-ignored']]).toEqual([
        200,
        undefined,
        undefined,
      ]);
    }
    expect([turns(), entries.map(({ cache }) => cache)]).toEqual([2, [undefined, undefined]]);
  });
});

it('what a request says of the cache never reaches the API', async () => {
  const asked: unknown[] = [];
  const run: RunTurn = async function* (conversation, { onStage: _, ...options }, signal) {
    asked.push(options);
    yield* yielding(start, ...textBlock('Hi'), end)(conversation, options, signal);
  };
  for (const ttlMs of [0, 60_000]) {
    const { ask } = setup({ run, ttlMs });
    for (const [path, body] of dialects) await ask(path, { ...body, cache: { ttl: 5, namespace: 'secret' } });
  }
  expect(asked).toHaveLength(8);
  expect(JSON.stringify(asked)).not.toMatch(/secret|ttl/);
});

describe('the journal', () => {
  it('has what an answer cost once, also where it is given again or shared', async () => {
    const { ask, entries } = setup();
    await ask('/v1/chat/completions', chat);
    await ask('/v1/chat/completions', chat);
    await ask('/v1/chat/completions', chat, { 'cache-control': 'no-store' });
    await eventually(() => {
      expect(entries).toHaveLength(3);
    });
    expect(entries.map(({ cache, tokensIn, tokensOut, served }) => [cache, tokensIn, tokensOut, served])).toEqual([
      ['miss', 18, 7, 'claude-haiku-4-5'],
      ['hit', undefined, undefined, 'claude-haiku-4-5'],
      ['bypass', 18, 7, 'claude-haiku-4-5'],
    ]);
  });
});

describe('what a request says', () => {
  it.each<[string, Record<string, string>, object]>([
    ['no-store in the header', { 'cache-control': 'no-store' }, {}],
    ['no-store in the body', {}, { 'no-store': true }],
  ])('%s: neither gives nor keeps an answer', async (_name, headers, cache) => {
    const { ask, turns } = setup();
    await ask('/v1/chat/completions', { ...chat, cache }, headers);
    await ask('/v1/chat/completions', chat);
    const third = await ask('/v1/chat/completions', { ...chat, cache }, headers);
    expect([statusOf(third), turns()]).toEqual(['claude-harness; fwd=bypass', 3]);
  });

  it('no-cache: asks anew, and keeps the new answer', async () => {
    const { ask } = setup();
    await ask('/v1/chat/completions', chat);
    const anew = await ask('/v1/chat/completions', { ...chat, cache: { 'no-cache': true } });
    expect([statusOf(anew), words(anew)]).toEqual(['claude-harness; fwd=request; stored', 'Turn 2, whole.']);
    expect(words(await ask('/v1/chat/completions', chat))).toBe('Turn 2, whole.');
  });

  it('a namespace: shares answers within it only', async () => {
    const { ask, turns } = setup();
    for (const namespace of ['a', 'b', 'a']) await ask('/v1/messages', { ...messages, cache: { namespace } });
    expect(turns()).toBe(2);
  });

  it('only-if-cached: is a 504 where there is none, in each envelope', async () => {
    const { ask, turns, entries } = setup();
    const headers = { 'cache-control': 'only-if-cached' };
    for (const [path, body] of dialects) {
      const reply = await ask(path, body, headers);
      expect([reply.status, statusOf(reply)]).toEqual([504, undefined]);
      expect(reply.text).toContain('No answer to this request is in the cache');
    }
    await eventually(() => {
      expect(entries.map(({ cache }) => cache)).toEqual(['miss', 'miss', 'miss', 'miss']);
    });
    const never = await ask('/v1/chat/completions', { ...chat, n: 2 }, headers);
    expect([never.status, never.text]).toEqual([504, expect.stringContaining('Requests of this kind')]);
    expect(turns()).toBe(0);
    await ask('/v1/chat/completions', chat);
    expect((await ask('/v1/chat/completions', chat, headers)).status).toBe(200);
  });
});

describe('an answer is not kept', () => {
  const weather = { type: 'function', function: { name: 'weather', parameters: { type: 'object' } } };
  const call: TurnEvent[] = [start, ...callBlock('toolu_1', 'weather', '{}'), { ...end, stopReason: 'tool_use' }];

  it.each<[string, TurnEvent[]]>([
    ['a refusal', [start, ...textBlock('No'), { ...end, stopReason: 'refusal' }]],
    ['a refused output', [start, ...refusalBlock('No'), end]],
    ['one with a warning', [start, { type: 'warning', message: 'Careful.' }, ...textBlock('Hi'), end]],
    ['a call', call],
    ['one that is interrupted', [start, ...textBlock('Hi'), { ...end, stopReason: 'pause_turn' }]],
  ])('where it is %s', async (_name, events) => {
    const { ask, turns } = setup({ run: yielding(...events) });
    for (let time = 0; time < 2; time += 1) {
      const reply = await ask('/v1/chat/completions', { ...chat, tools: [weather] });
      expect([reply.status, statusOf(reply)]).toEqual([200, 'claude-harness; fwd=miss']);
    }
    expect(turns()).toBe(2);
  });

  it('where another backend stepped in', async () => {
    const run: RunTurn = async function* (conversation, options, signal) {
      options.onStage?.({ name: 'admitted', backend: 'direct' });
      yield* yielding(start, ...textBlock('Hi'), end)(conversation, options, signal);
    };
    const { ask, turns } = setup({ run });
    for (let time = 0; time < 2; time += 1) {
      expect(statusOf(await ask('/v1/chat/completions', chat))).toBe('claude-harness; fwd=miss');
    }
    expect(turns()).toBe(2);
  });

  it('where it failed', async () => {
    const failing: RunTurn = async function* () {
      yield start;
      await Promise.reject(new Error('broken'));
    };
    const { ask, turns } = setup({ run: failing });
    for (let time = 0; time < 2; time += 1) expect((await ask('/v1/chat/completions', chat)).status).toBe(500);
    expect(turns()).toBe(2);
  });

  it('but is where it is a call and the owner keeps those; or cut by the request’s own limit; or began again', async () => {
    for (const events of [
      call,
      [start, ...textBlock('Hi'), { ...end, stopReason: 'max_tokens' as const }],
      [start, ...textBlock('Ho'), restart, ...textBlock('Hi'), end],
    ]) {
      const { ask, turns } = setup({ tools: true, run: yielding(...events) });
      const first = await ask('/v1/messages', {
        ...messages,
        tools: [{ ...weather.function, input_schema: { type: 'object' } }],
      });
      const again = await ask('/v1/messages', {
        ...messages,
        tools: [{ ...weather.function, input_schema: { type: 'object' } }],
      });
      expect([turns(), again.status, statusOf(again)]).toEqual([1, 200, 'claude-harness; hit; ttl=60']);
      expect({ ...(again.body as object), id: '' }).toEqual({ ...(first.body as object), id: '' });
    }
  });

  it.each<[string, string, object, Record<string, string>?]>([
    ['several answers', '/v1/chat/completions', { ...chat, n: 2 }],
    ['several prompts', '/v1/completions', { ...text, prompt: ['a', 'b'] }],
    ['a stored response', '/v1/responses', { ...responses, store: true }],
    ['a response, which is stored by default', '/v1/responses', { model: 'haiku', input: 'Hello' }],
    ['a search', '/v1/chat/completions', { ...chat, web_search_options: {} }],
    ['servers of tools', '/v1/messages', { ...messages, mcp_servers: [{ type: 'url', url: 'https://a', name: 'a' }] }],
  ])('where the request asks for %s', async (_name, path, body, headers = {}) => {
    const { ask } = setup();
    for (let time = 0; time < 2; time += 1) {
      expect(statusOf(await ask(path, body, headers))).toBe('claude-harness; fwd=bypass');
    }
  });

  it('where the request goes on from a stored response or conversation, or is answered in the background', async () => {
    const { app, ask, entries } = setup();
    const { id } = (await ask('/v1/responses', { model: 'haiku', input: 'Hello' })).body as { id: string };
    const next = { ...responses, previous_response_id: id };
    const created = (await request(app).post('/v1/sessions')) as Reply;
    const { session_id: session = '' } = created.body as Record<string, string>;
    for (let time = 0; time < 2; time += 1) {
      expect(statusOf(await ask('/v1/responses', next))).toBe('claude-harness; fwd=bypass');
      expect(statusOf(await ask('/v1/chat/completions', chat, { 'x-session-id': session }))).toBe(
        'claude-harness; fwd=bypass',
      );
      await ask('/v1/responses', { model: 'haiku', input: 'Hello', background: true });
    }
    await eventually(() => {
      expect(entries.filter(({ background }) => background).map(({ cache }) => cache)).toEqual(['bypass', 'bypass']);
    });
  });
});

describe('what clients get', () => {
  const tokens: AccessToken[] = [
    { hash: hashToken('a'), role: 'client' },
    { hash: hashToken('b'), role: 'client' },
    { hash: hashToken('v'), role: 'viewer' },
    { hash: hashToken('o'), role: 'owner' },
  ];
  const as = (token: string) => ({ authorization: `Bearer ${token}` });

  it('is never another token’s answer', async () => {
    const { ask } = setup({ tokens });
    const said: string[] = [];
    for (const token of ['a', 'b', 'o', 'a', 'b', 'o']) {
      said.push(words(await ask('/v1/chat/completions', chat, as(token))));
    }
    expect(said).toEqual([
      'Turn 1, whole.',
      'Turn 2, whole.',
      'Turn 3, whole.',
      'Turn 1, whole.',
      'Turn 2, whole.',
      'Turn 3, whole.',
    ]);
  });

  it.each<[string, object, object[]]>([
    [
      '/v1/chat/completions',
      chat,
      [
        { model: 'sonnet' },
        { messages: [{ role: 'user', content: 'Hello!' }] },
        { messages: [{ role: 'user', content: 'Hello', name: 'Ada' }] },
        { max_tokens: 9 },
        { temperature: 0 },
        { stop: 'x' },
        { seed: 1 },
        { seed: 2 },
        { user: 'Ada' },
        { metadata: { a: '1' } },
        { reasoning_effort: 'low' },
        { response_format: { type: 'json_object' } },
      ],
    ],
    [
      '/v1/messages',
      messages,
      [
        { system: 'Be brief.' },
        { system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }] },
        { max_tokens: 98 },
        { top_k: 3 },
        { metadata: { user_id: 'a' } },
        { service_tier: 'standard_only' },
        { thinking: { type: 'disabled' } },
      ],
    ],
    ['/v1/responses', responses, [{ instructions: 'Be brief.' }, { metadata: { a: 'b' } }, { truncation: 'auto' }]],
  ])('%s: is the answer of a request with the same fields only', async (path, body, changes) => {
    const { ask, turns } = setup();
    for (const change of [{}, ...changes]) {
      expect([change, statusOf(await ask(path, { ...body, ...change }))]).toEqual([
        change,
        'claude-harness; fwd=miss; stored',
      ]);
    }
    expect(turns()).toBe(changes.length + 1);
  });

  it('is the answer of a request with the same beta features only', async () => {
    const { ask, turns } = setup();
    await ask('/v1/messages', messages);
    await ask('/v1/messages', messages, { 'anthropic-beta': 'context-1m-2025-08-07' });
    expect(turns()).toBe(2);
  });

  it('is no answer of another model by the same name, or of another version of the CLI', async () => {
    let served: ServedBy = { backend: 'cli', model: 'claude-haiku-4-5', version: '2.1.332' };
    const { ask, turns } = setup({ status: statusOfBackend({ servedBy: () => served }) });
    await ask('/v1/chat/completions', chat);
    served = { ...served, version: '2.1.333' };
    await ask('/v1/chat/completions', chat);
    served = { ...served, model: 'claude-haiku-5' };
    await ask('/v1/chat/completions', chat);
    expect(turns()).toBe(3);
  });

  it('is the answer of the same API and path only', async () => {
    const { ask, turns } = setup();
    for (const path of ['/v1/chat/completions', '/sdk/v1/chat/completions']) await ask(path, chat);
    await ask('/v1/messages', messages);
    expect(turns()).toBe(3);
  });

  it('is shared while it is made: one turn for requests that come together', async () => {
    let finish: (() => void) | undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const run: RunTurn = async function* () {
      yield* [start, ...textBlock('Turn 1, ')];
      await finished;
      yield end;
    };
    const { ask, turns, app, entries } = setup({ run });
    const replies = [ask('/v1/messages', messages), ask('/v1/messages', messages)];
    await eventually(async () => {
      expect(((await request(app).get('/v1/cache/stats')) as Reply).body).toMatchObject({ misses: 1, joined: 1 });
    });
    finish?.();
    const made = await Promise.all(replies);
    expect([made.map(words), turns()]).toEqual([['Turn 1, ', 'Turn 1, '], 1]);
    expect(made.map(statusOf).toSorted()).toEqual([
      'claude-harness; fwd=miss; collapsed',
      'claude-harness; fwd=miss; stored',
    ]);
    await eventually(() => {
      expect(entries.map(({ cache, tokensOut }) => [cache, tokensOut]).toSorted()).toEqual([
        ['hit', undefined],
        ['miss', 7],
      ]);
    });
  });

  it('goes on for the others when the client that asked first leaves, and counts as the next one’s', async () => {
    const finish = createDeferred<null>();
    const run: RunTurn = async function* () {
      yield* [start, ...textBlock('Turn 1, ')];
      await finish.promise;
      yield end;
    };
    const { app, turns, entries } = setup({ run });
    const { url, close } = await listen(app);
    onTestFinished(close);
    const ask = (signal?: AbortSignal) =>
      fetch(`${url}/v1/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...messages, stream: true }),
        ...(signal !== undefined && { signal }),
      });
    const leaving = new AbortController();
    await ask(leaving.signal);
    const second = await ask();
    expect(second.headers.get('cache-status')).toBe('claude-harness; fwd=miss; collapsed');
    leaving.abort();
    await eventually(() => {
      expect(entries.map(({ status, cache, tokensOut }) => [status, cache, tokensOut])).toEqual([
        [499, 'miss', undefined],
      ]);
    });
    finish.resolve(null);
    expect(await second.text()).toContain('Turn 1, ');
    await eventually(() => {
      expect(entries.slice(1).map(({ status, cache, tokensOut }) => [status, cache, tokensOut])).toEqual([
        [200, 'miss', 7],
      ]);
    });
    expect(turns()).toBe(1);
  });

  it('can be looked at by viewers and cleared by the owner', async () => {
    const { app, ask } = setup({ tokens });
    for (let time = 0; time < 3; time += 1) await ask('/v1/chat/completions', chat, as('a'));
    const stats = async (token: string) => (await request(app).get('/v1/cache/stats').set(as(token))) as Reply;
    const clear = async (token: string) => (await request(app).delete('/v1/cache').set(as(token))) as Reply;
    expect((await stats('a')).status).toBe(403);
    const shown = await stats('v');
    expectDescribed(operationOf('get', '/v1/cache/stats'), shown);
    const { body } = shown;
    expect(body).toEqual({ entries: 1, bytes: expect.any(Number) as number, hits: 2, misses: 1, stored: 1, joined: 0 });
    const [refused, cleared] = [await clear('v'), await clear('o')];
    for (const reply of [refused, cleared]) expectDescribed(operationOf('delete', '/v1/cache'), reply);
    expect([refused.status, cleared.body]).toEqual([403, { deleted: 1 }]);
    expect((await stats('o')).body).toMatchObject({ entries: 0, bytes: 0 });
    expect(words(await ask('/v1/chat/completions', chat, as('a')))).toBe('Turn 2, whole.');
  });
});

it('is cleared by no page of another service, where no token is needed', async () => {
  const { app, ask } = setup();
  await ask('/v1/chat/completions', chat);
  const reply = (await request(app).delete('/v1/cache').set('origin', 'https://evil.example')) as Reply;
  expect(reply.status).toBe(403);
  expect(((await request(app).get('/v1/cache/stats')) as Reply).body).toMatchObject({ entries: 1 });
});

it('tools that the API itself defines are never kept', async () => {
  const { ask } = setup();
  const reply = await ask('/v1/messages', { ...messages, tools: [{ type: 'bash_20250124', name: 'bash' }] });
  expect(statusOf(reply)).toBe('claude-harness; fwd=bypass');
});
