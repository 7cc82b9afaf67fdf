import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import type { Conversation } from '../../../src/core/conversation.ts';
import type { RunTurn } from '../../../src/core/backend.ts';
import type { TurnOptions } from '../../../src/core/turn-options.ts';
import type { TurnEvent } from '../../../src/core/turn-event.ts';
import { Responses } from '../../../src/feature/responses/responses.ts';
import { hashToken } from '../../../src/util/token-hash.ts';
import { mapStore, soleService } from '../../support/map-store.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { eventually } from '../../util/eventually.ts';
import {
  answerWith,
  end,
  eventsOf,
  failWith,
  listen,
  restart,
  start,
  testApp,
  yielding,
  type Reply,
  type TestApp,
  type TestChanges,
} from '../test-app.ts';

const path = '/v1/responses';
const body = { model: 'haiku', input: 'Hello' };

interface WireReply extends Reply {
  body: { id: string; status?: string; output: { id: string; type: string }[]; data: unknown[] };
}

const post = async ({ app }: TestApp, fields: object = {}, to = path): Promise<WireReply> =>
  request(app)
    .post(to)
    .send({ ...body, ...fields });
const get = async ({ app }: TestApp, to: string): Promise<WireReply> => request(app).get(`${path}/${to}`);

interface Frame {
  name: string;
  event: { type: string; sequence_number: number; response?: { id: string; status: string } };
}

/** The events of a stream; fails when there is anything else in it. */
function framesOf(text: string): Frame[] {
  const frames = text.replaceAll(': ping\n', '').split('\n\n');
  expect(frames.pop()).toBe('');
  return frames.map((frame) => {
    const [, name = '', data = ''] = /^event: (\S+)\ndata: (\{.*\})$/.exec(frame) ?? [];
    return { name, event: JSON.parse(data) as Frame['event'] };
  });
}

/** Waits for `go`, then answers. */
function waiting(): { runTurn: RunTurn; go: () => void } {
  let go = (): void => undefined;
  const going = new Promise<void>((resolve) => {
    go = resolve;
  });
  const runTurn: RunTurn = async function* (_conversation, _turn, signal) {
    yield start;
    signal.throwIfAborted();
    const aborted = new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    });
    await Promise.race([going, aborted]);
    yield* eventsOf(['Hi']).slice(1);
  };
  return { runTurn, go };
}

/** Answers, and notes what it was asked. */
function noting(...events: TurnEvent[]) {
  const seen: { conversation: Conversation; turn: TurnOptions }[] = [];
  const runTurn: RunTurn = (conversation, turn, signal) => {
    seen.push({ conversation, turn });
    return yielding(...events)(conversation, turn, signal);
  };
  return { seen, runTurn };
}

const thoughtful: TurnEvent[] = [
  start,
  { type: 'block_start', id: 0, block: { type: 'thinking' } },
  { type: 'thinking', id: 0, text: 'Hm.' },
  { type: 'signature', id: 0, signature: 'c2ln' },
  { type: 'block_stop', id: 0 },
  ...eventsOf(['Hi']).slice(1),
];

describe('POST /v1/responses', () => {
  it('answers whole', async () => {
    const { status, headers, body: response } = await post(testApp(answerWith('Hel', 'lo')), { metadata: { a: 'b' } });
    expect(status).toBe(200);
    expect(headers['content-type']).toContain('application/json');
    expect(response).toMatchObject({
      id: expect.stringMatching(/^resp_[0-9a-f]{32}$/) as string,
      status: 'completed',
      model: 'claude-haiku-4-5',
      metadata: { a: 'b' },
      output: [{ type: 'message', content: [{ type: 'output_text', text: 'Hello' }] }],
      usage: { input_tokens: 18, output_tokens: 7, total_tokens: 25 },
    });
  });

  it('streams events with their names, and nothing after the last', async () => {
    const { headers, text } = await post(testApp(answerWith('Hi')), { stream: true });
    expect(headers['content-type']).toBe('text/event-stream; charset=utf-8');
    const frames = framesOf(text);
    expect(frames.map(({ name }) => name)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    for (const [index, { name, event }] of frames.entries()) {
      expect(event).toMatchObject({ type: name, sequence_number: index });
    }
  });

  it('hands the turn what the request asks for', async () => {
    const { seen, runTurn } = noting(...eventsOf(['Hi']));
    const test = testApp(runTurn);
    await post(test, { max_output_tokens: 50, reasoning: { effort: 'low' }, instructions: 'Be brief.' });
    await post(test, { stream: true });
    expect(seen).toMatchObject([
      {
        conversation: { system: ['Be brief.'] },
        turn: { model: 'haiku', maxTokens: 50, effort: 'low', buffered: true },
      },
      { turn: { buffered: false } },
    ]);
  });

  it('names the fields that it goes without, or refuses them', async () => {
    const { headers } = await post(testApp(), { user: 'me', input: [{ role: 'user', content: 'Hi' }] });
    expect(headers['x-claude-harness-ignored']).toBe('user');
    const refused = await post(testApp(undefined, { unsupportedParams: 'reject' }), { user: 'me' });
    expect([refused.status, refused.body]).toMatchObject([400, { error: { code: 'unsupported_parameter' } }]);
  });

  it('begins a whole answer again where the connection broke, and fails a stream', async () => {
    const restarted = yielding(...eventsOf(['Hel']).slice(0, -2), restart, ...eventsOf(['Hello']).slice(1));
    expect((await post(testApp(restarted))).body).toMatchObject({ output: [{ content: [{ text: 'Hello' }] }] });
    const { text } = await post(testApp(restarted), { stream: true });
    expect(framesOf(text).at(-1)?.event).toMatchObject({ type: 'error', code: 'answer_restarted' });
  });

  it('shows no thinking where the configuration hides it', async () => {
    const include = ['reasoning.encrypted_content'];
    const shown = await post(testApp(yielding(...thoughtful)), { include });
    expect(shown.body.output.map(({ type }) => type)).toEqual(['reasoning', 'message']);
    const hidden = await post(testApp(yielding(...thoughtful), { showReasoning: false }), { include });
    expect(hidden.body.output.map(({ type }) => type)).toEqual(['message']);
  });
});

describe('a failure', () => {
  it('before the answer has its own status and OpenAI’s envelope', async () => {
    const error = new HarnessError('OVERLOADED', 'Later.');
    for (const stream of [false, true]) {
      const reply = await post(testApp(failWith(error)), { stream });
      expect([reply.status, reply.body]).toEqual([
        503,
        { error: { message: 'Later.', type: 'server_error', param: null, code: 'overloaded' } },
      ]);
    }
  });

  it('has OpenAI’s envelope for clients of Anthropic, too', async () => {
    const { app } = testApp();
    const reply = await request(app).post(path).set('anthropic-version', '2023-06-01').send({});
    expect(reply.body).toMatchObject({ error: { code: 'invalid_request', param: 'input' } });
    const version = { 'anthropic-version': '2023-06-01' };
    expect((await request(app).get(`${path}/x`).set(version)).body).toMatchObject({
      error: { code: 'response_not_found' },
    });
  });

  it('asks for the token everywhere', async () => {
    const { app } = testApp(undefined, { tokenHashes: [hashToken('ch_made_up')] });
    const replies = [
      await request(app).post(path).send(body),
      await request(app).get(`${path}/x`),
      await request(app).delete(`${path}/x`),
      await request(app).post(`${path}/x/cancel`),
      await request(app).get(`${path}/x/input_items`),
    ];
    expect(replies.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
  });

  it('tells which methods a path has', async () => {
    const { app } = testApp();
    const replies = [
      await request(app).get(path),
      await request(app).post(`${path}/x`).send({}),
      await request(app).get(`${path}/x/cancel`),
      await request(app).delete(`${path}/x/input_items`),
    ];
    expect(replies.map(({ status, headers }) => [status, headers['allow']])).toEqual([
      [405, 'POST'],
      [405, 'GET, DELETE'],
      [405, 'POST'],
      [405, 'GET'],
    ]);
  });

  it('within a stream fails the response, which is kept', async () => {
    const test = testApp(failWith(new HarnessError('OVERLOADED', 'Later.'), 'Hel'));
    const frames = framesOf((await post(test, { stream: true })).text);
    expect(frames.slice(-2).map(({ event }) => event)).toMatchObject([
      { type: 'response.failed', response: { status: 'failed', error: { code: 'overloaded', message: 'Later.' } } },
      { type: 'error', code: 'overloaded', error: { code: 'overloaded' } },
    ]);
    const { body: kept } = await get(test, frames[0]?.event.response?.id ?? '');
    expect(kept).toMatchObject({ status: 'failed', output: [{ status: 'incomplete', content: [{ text: 'Hel' }] }] });
  });

  it('after nothing but signs of life is a response all the same', async () => {
    const slow: RunTurn = async function* () {
      await new Promise((resolve) => setTimeout(resolve, 100));
      yield* await Promise.reject<TurnEvent[]>(new HarnessError('OVERLOADED', 'Later.'));
    };
    const { status, text } = await post(testApp(slow, { silenceMs: 20 }), { stream: true });
    expect(status).toBe(200);
    expect(text).toMatch(/^(: ping\n)+event: response\.created\n/);
    expect(framesOf(text).map(({ name }) => name)).toEqual([
      'response.created',
      'response.in_progress',
      'response.failed',
      'error',
    ]);
  });
});

describe('what is kept', () => {
  it('is the response and its input', async () => {
    const test = testApp();
    const input = [
      { role: 'user', content: 'One.' },
      { role: 'user', content: 'Two.' },
    ];
    const { body: response } = await post(test, { input });
    const kept = await get(test, response.id);
    expect([kept.status, kept.body]).toEqual([200, response]);
    const items = await get(test, `${response.id}/input_items?order=asc&limit=1`);
    expect(items.body).toMatchObject({
      object: 'list',
      data: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'One.' }] }],
      has_more: true,
    });
    expect((await get(test, `${response.id}/input_items?limit=0`)).body).toMatchObject({ error: { param: 'limit' } });
  });

  it('is nothing when the client says so', async () => {
    const test = testApp();
    const { body: response } = await post(test, { store: false });
    expect((await get(test, response.id)).status).toBe(404);
    const { status, body: refusal } = await post(test, { previous_response_id: response.id });
    expect([status, refusal]).toMatchObject([
      400,
      { error: { code: 'previous_response_not_found', param: 'previous_response_id' } },
    ]);
  });

  it('holds the thinking, which is given back, and shown to who asks', async () => {
    const { seen, runTurn } = noting(...thoughtful);
    const test = testApp(runTurn);
    const { body: first } = await post(test);
    expect(JSON.stringify(first)).not.toContain('claude1.');
    expect(JSON.stringify((await get(test, first.id)).body)).not.toContain('claude1.');
    for (const query of ['include[]', 'include']) {
      const { body: whole } = await get(test, `${first.id}?${query}=reasoning.encrypted_content`);
      expect(JSON.stringify(whole)).toContain('claude1.');
    }
    await post(test, { previous_response_id: first.id, input: 'And?' });
    const said = {
      role: 'assistant',
      content: [{ type: 'thinking', thinking: 'Hm.', signature: 'c2ln' }, { text: 'Hi' }],
    };
    expect(seen[1]?.conversation.messages[1]).toMatchObject(said);

    // By the ids of items alone, as some clients have it.
    const items = first.output.map(({ id, type }) => (type === 'reasoning' ? { id, type, summary: [] } : { id }));
    await post(test, { input: [{ role: 'user', content: 'Hello' }, ...items, { role: 'user', content: 'And?' }] });
    expect(seen[2]?.conversation.messages[1]).toMatchObject(said);
  });

  it('is there before the client can ask for it', async () => {
    const test = testApp();
    const { server, url, close } = await listen(test.app);
    try {
      expect(server.listening).toBe(true);
      const reply = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...body, stream: true }),
      });
      const [created] = framesOf(await reply.text());
      expect((await fetch(`${url}${path}/${created?.event.response?.id ?? ''}`)).status).toBe(200);
    } finally {
      await close();
    }
  });

  it('is not worth an answer: one that cannot be stored is given with a warning', async () => {
    const log = memoryLog();
    const store = mapStore(() => {
      throw new HarnessError('INTERNAL', 'The disk is full.');
    });
    const beginWork = () => ({ signal: new AbortController().signal, end: () => undefined });
    const test = testApp(undefined, { responses: new Responses({ ...soleService, store, beginWork, log }) });
    for (const background of [false, true]) {
      const { status, headers } = await post(test, { background });
      expect(status).toBe(200);
      expect(headers['x-claude-harness-warning']).toContain('could not be stored');
    }
    const { text } = await post(test, { stream: true });
    expect(framesOf(text).at(-1)?.name).toBe('response.completed');
  });

  it('is forgotten on demand', async () => {
    const test = testApp();
    const { body: response } = await post(test);
    const deleted = await request(test.app).delete(`${path}/${response.id}`);
    expect(deleted.body).toEqual({ id: response.id, object: 'response', deleted: true });
    expect((await request(test.app).delete(`${path}/${response.id}`)).status).toBe(404);
  });

  it('is a cancelled response when the client leaves its stream', async () => {
    const store = mapStore();
    const { runTurn } = waiting();
    const test = withStore(runTurn, store);
    const { url, close } = await listen(test.app);
    try {
      const left = new AbortController();
      const reply = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...body, stream: true }),
        signal: left.signal,
      });
      await reply.body?.getReader().read();
      left.abort();
      await eventually(() => {
        expect([...store.entries.values()].map(({ response }) => response)).toMatchObject([{ status: 'cancelled' }]);
      });
    } finally {
      await close();
    }
  });
});

function withStore(runTurn: RunTurn, store = mapStore(), changes: TestChanges = {}): TestApp {
  const test = testApp(runTurn, changes);
  const responses = new Responses({ ...soleService, store, beginWork: () => test.active.begin(), log: test.log });
  return { ...testApp(runTurn, { ...changes, responses, active: test.active }), active: test.active };
}

describe('a background response', () => {
  it('is queued at once, runs without the client, and is waited for', async () => {
    const { runTurn, go } = waiting();
    const test = testApp(runTurn);
    const { status, body: queued } = await post(test, { background: true });
    expect([status, queued]).toMatchObject([200, { status: 'queued', background: true, output: [] }]);
    await eventually(() => {
      expect(test.log.lines.some(({ message }) => message.startsWith('POST'))).toBe(true);
    });
    expect(await test.active.idle(20)).toBe(false);
    expect((await get(test, queued.id)).body).toMatchObject({ status: 'in_progress' });
    go();
    expect(await test.active.idle(5000)).toBe(true);
    expect((await get(test, queued.id)).body).toMatchObject({
      status: 'completed',
      output: [{ content: [{ text: 'Hi' }] }],
    });
  });

  it('is in the log and the metrics when it is over, like any other', async () => {
    const admitted: RunTurn = async function* (_conversation, { onStage }) {
      await Promise.resolve();
      onStage?.({ name: 'admitted', backend: 'cli' });
      yield* eventsOf(['Hi']);
    };
    const test = testApp(admitted);
    await post(test, { background: true });
    expect(await test.active.idle(5000)).toBe(true);
    const line = test.log.lines.find(({ message }) => message === 'POST /v1/responses 200 (background)');
    expect(line).toMatchObject({
      level: 'info',
      fields: { model: 'haiku', served: 'claude-haiku-4-5', finish: 'end_turn', tokens_in: 18, tokens_out: 7 },
    });
    const { text } = await request(test.app).get('/metrics');
    expect(text).toContain('claude_harness_requests_total{route="/v1/responses",dialect="openai",status="200"} 1');
    expect(text).toContain('claude_harness_tokens_total{model="claude-haiku-4-5",direction="out"} 7');
    expect((await request(test.app).get('/health')).body).toMatchObject({ requests_today: { served: 1, failed: 0 } });
  });

  it('counts as failed where it fails, and the log says with what', async () => {
    const test = testApp(failWith(new HarnessError('OVERLOADED', 'Busy.'), 'half'));
    await post(test, { background: true });
    expect(await test.active.idle(5000)).toBe(true);
    const line = test.log.lines.find(({ message }) => message === 'POST /v1/responses 503 (background)');
    expect(line).toMatchObject({ level: 'warn', fields: { error: 'OVERLOADED', reason: 'Busy.' } });
    const { text } = await request(test.app).get('/metrics');
    expect(text).toContain('claude_harness_requests_total{route="/v1/responses",dialect="openai",status="503"} 1');
    expect(text).not.toContain('route="/v1/responses",dialect="openai",status="200"');
    expect((await request(test.app).get('/health')).body).toMatchObject({ requests_today: { served: 0, failed: 1 } });
  });

  it('ends with the service, and says so', async () => {
    const { runTurn } = waiting();
    const test = testApp(runTurn);
    const { body: queued } = await post(test, { background: true });
    test.active.abortAll(new HarnessError('DRAINING', 'Stopped.'));
    expect(await test.active.idle(5000)).toBe(true);
    expect((await get(test, queued.id)).body).toMatchObject({ status: 'failed', error: { code: 'draining' } });
  });

  it('can be cancelled, more than once', async () => {
    const { runTurn } = waiting();
    const test = testApp(runTurn);
    const { body: queued } = await post(test, { background: true });
    for (let times = 0; times < 2; times += 1) {
      const reply = await request(test.app).post(`${path}/${queued.id}/cancel`);
      expect([reply.status, reply.body]).toMatchObject([200, { id: queued.id, status: 'cancelled' }]);
    }
  });

  it('is the only kind that can be cancelled', async () => {
    const test = testApp();
    const { body: response } = await post(test);
    const reply = await request(test.app).post(`${path}/${response.id}/cancel`);
    expect([reply.status, reply.body]).toMatchObject([400, { error: { code: 'invalid_request' } }]);
    expect((await request(test.app).post(`${path}/x/cancel`)).status).toBe(404);
  });

  it('can be streamed, and again from any event', async () => {
    const test = testApp(answerWith('Hel', 'lo'));
    const frames = framesOf((await post(test, { background: true, stream: true })).text);
    expect(frames.slice(0, 3).map(({ name }) => name)).toEqual([
      'response.created',
      'response.queued',
      'response.in_progress',
    ]);
    expect(frames.at(-1)?.name).toBe('response.completed');
    const id = frames[0]?.event.response?.id ?? '';
    expect(framesOf((await get(test, `${id}?stream=true`)).text)).toEqual(frames);
    expect(framesOf((await get(test, `${id}?stream=true&starting_after=4`)).text)).toEqual(frames.slice(5));
  });

  it('is streamed only where its events are kept', async () => {
    const test = testApp();
    const { body: whole } = await post(test, { background: true });
    const { body: plain } = await post(test);
    for (const id of [whole.id, plain.id]) {
      const { status, body: refusal } = await get(test, `${id}?stream=true`);
      expect([status, refusal]).toMatchObject([400, { error: { param: 'stream' } }]);
    }
    const { body: refusal } = await get(test, `${plain.id}?stream=true&starting_after=x`);
    expect(refusal).toMatchObject({ error: { param: 'starting_after' } });
  });

  it('cannot be gone on from before it is over', async () => {
    const { runTurn, go } = waiting();
    const test = testApp(runTurn);
    const { body: queued } = await post(test, { background: true });
    const { status, body: refusal } = await post(test, { previous_response_id: queued.id });
    expect([status, refusal]).toMatchObject([400, { error: { param: 'previous_response_id' } }]);
    go();
    await test.active.idle(5000);
    expect((await post(test, { previous_response_id: queued.id })).status).toBe(200);
  });

  it('has to be stored', async () => {
    const { status, body: refusal } = await post(testApp(), { background: true, store: false });
    expect([status, refusal]).toMatchObject([400, { error: { param: 'store' } }]);
  });

  it('logs what is not as asked for', async () => {
    const test = testApp(yielding(start, { type: 'warning', message: 'No call came.' }, end));
    await post(test, { background: true });
    await eventually(() => {
      expect(test.log.lines).toContainEqual(
        expect.objectContaining({
          level: 'warn',
          fields: expect.objectContaining({ reason: 'No call came.' }) as unknown,
        }),
      );
    });
  });
});
