import { describe, expect, test } from 'vitest';
import type { Behaviour } from '../../src/stand-in/behaviour.ts';
import type { RecordedRequest } from '../../src/stand-in/exchange.ts';
import { cheapModel, withDirect } from '../support/harness.ts';
import { sharedHarness } from '../support/shared-harness.ts';
import { systemOf } from '../support/upstream.ts';

const pool = { warm_per_model: 1, max_warm: 2 };
const backends = [
  { backend: 'the CLI', prefix: '', shared: sharedHarness({ kind: 'answer' }, { pool, ...withDirect }) },
  { backend: 'the API', prefix: '/api', shared: sharedHarness({ kind: 'answer' }, { pool, ...withDirect }) },
];

const fed = sharedHarness({ kind: 'answer' }, { pool, claude: { prompt: 'fed' } });

const hello = [{ role: 'user', content: 'Hello' }];
const warningHeader = 'x-claude-harness-warning';
const refusal = (message: string): Behaviour => ({ kind: 'error', status: 400, message });

/** The fields of a request at the API. */
const fieldsOf = (request: RecordedRequest | undefined) => (request?.body ?? {}) as Record<string, unknown>;

/** An API that has no such field for a model. */
function without(field: string, message: string): (request: RecordedRequest) => Behaviour {
  return (request) => (field in fieldsOf(request) ? refusal(message) : { kind: 'answer', text: 'Hello' });
}

describe.each(backends)('through $backend', ({ prefix, shared }) => {
  const { requests } = shared;
  const post = (path: string, body: object) =>
    fetch(`${shared.harness.url}${prefix}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const chat = (fields: object) => post('/v1/chat/completions', { model: cheapModel, messages: hello, ...fields });

  test.each([
    ['/v1/messages', { max_tokens: 100, messages: hello, temperature: 0.3, top_k: 7 }, { temperature: 0.3, top_k: 7 }],
    ['/v1/chat/completions', { messages: hello, temperature: 0.3 }, { temperature: 0.3 }],
    ['/v1/responses', { input: 'Hello', temperature: 0, top_p: 0.4 }, { temperature: 0, top_p: 0.4 }],
    ['/v1/completions', { prompt: 'Hello', temperature: 0.2, top_p: 0.4 }, { temperature: 0.2, top_p: 0.4 }],
  ])('%s hands on how tokens are chosen', async (path, body, expected) => {
    shared.harness.standIn.behave({ kind: 'answer', text: 'Hello' });
    const response = await post(path, { model: cheapModel, ...body });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-claude-harness-ignored')).toBeNull();
    expect(response.headers.get(warningHeader)).toBeNull();
    expect(fieldsOf(requests().at(-1))).toMatchObject(expected);
  });

  test.each([false, true])('what a model refuses is left out, now and later (stream: %s)', async (stream) => {
    const { standIn } = shared.harness;
    const model = stream ? 'claude-opus-4-7' : 'claude-opus-4-8';
    standIn.behave(without('top_k', '`top_k` is deprecated for this model.'));
    const ask = () =>
      post('/v1/messages', { model, max_tokens: 100, messages: hello, top_k: 7, temperature: 0.5, stream });

    const first = await ask();
    expect(first.status).toBe(200);
    expect(await first.text()).toContain('Hello');
    expect(first.headers.get(warningHeader)).toBe('top_k was left out: the model does not take it.');
    expect(fieldsOf(requests()[0])).toMatchObject({ top_k: 7, temperature: 0.5 });
    expect(fieldsOf(requests().at(-1))).not.toHaveProperty('top_k');
    expect(fieldsOf(requests().at(-1))).toMatchObject({ temperature: 0.5 });

    const before = requests().length;
    const second = await ask();
    await second.text();
    expect(second.headers.get(warningHeader)).toBe('top_k was left out: the model does not take it.');
    expect(
      requests()
        .slice(before)
        .map((request) => 'top_k' in fieldsOf(request)),
    ).toEqual([false]);
  });

  test('what the request itself has wrong reaches the client', async () => {
    shared.harness.standIn.behave(refusal('messages.0.content: Text content blocks must be non-empty'));
    const response = await chat({ temperature: 0.5 });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('Text content blocks must be non-empty');
    for (const request of requests()) expect(fieldsOf(request)).toMatchObject({ temperature: 0.5 });
  });

  test('an effort arrives as it was asked for', async () => {
    const ask = () =>
      post('/v1/messages', {
        model: 'claude-sonnet-5',
        max_tokens: 100,
        messages: hello,
        output_config: { effort: 'low' },
      });
    shared.harness.standIn.behave({ kind: 'answer', text: 'Hello' });
    expect((await ask()).status).toBe(200);
    expect(fieldsOf(requests().at(-1))['output_config']).toEqual({ effort: 'low' });
  });

  test('a schema goes to the API, and to a tool where the API refuses it', async () => {
    const schema = {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    };
    const response_format = { type: 'json_schema', json_schema: { name: 'city', schema } };
    const oslo = { city: 'Oslo' };
    const { standIn } = shared.harness;
    standIn.behave((request) => {
      if (!('format' in ((fieldsOf(request)['output_config'] as object | undefined) ?? {}))) {
        return { kind: 'answer', toolUses: [{ name: 'StructuredOutput', input: oslo }] };
      }
      return requests().length > 1
        ? refusal('output_config.format: Extra inputs are not permitted')
        : { kind: 'answer', text: JSON.stringify(oslo) };
    });
    for (const stream of [false, false, false]) {
      const response = await chat({ response_format, stream });
      const { choices } = (await response.json()) as { choices: object[] };
      expect(choices).toMatchObject([{ finish_reason: 'stop', message: { content: JSON.stringify(oslo) } }]);
      expect(response.headers.get(warningHeader)).toBeNull();
    }
    expect(fieldsOf(requests()[0])['output_config']).toEqual({ format: { type: 'json_schema', schema } });
    expect(fieldsOf(requests()[0])).not.toHaveProperty('tools.0');
    expect(fieldsOf(requests().at(-1))).not.toHaveProperty('output_config.format');
    expect(fieldsOf(requests().at(-1))).toMatchObject({ tools: [{ name: 'StructuredOutput' }] });
  });

  test('top_p is left out where the model does not take it beside a temperature', async () => {
    shared.harness.standIn.behave((request) => {
      const { temperature, top_p: topP } = fieldsOf(request);
      if (temperature === undefined || topP === undefined) return { kind: 'answer', text: 'Hello' };
      return refusal('`temperature` and `top_p` cannot both be specified for this model. Please use only one.');
    });
    const both = await chat({ temperature: 0.5, top_p: 0.5 });
    expect(both.headers.get(warningHeader)).toBe('top_p was left out: the model does not take it.');
    expect(fieldsOf(requests().at(-1))).toMatchObject({ temperature: 0.5 });

    const alone = await chat({ top_p: 0.5 });
    expect(alone.status).toBe(200);
    // The CLI sends a temperature of its own to this model.
    expect('top_p' in fieldsOf(requests().at(-1))).toBe(prefix === '/api');
    expect(alone.headers.has(warningHeader)).toBe(prefix !== '/api');
  });

  test('strict tools are the API’s to enforce where it can', async () => {
    shared.harness.standIn.behave({ kind: 'answer', text: 'Hello' });
    const parameters = { type: 'object', properties: {}, additionalProperties: false };
    const tools = [
      { type: 'function', function: { name: 'one', parameters, strict: true } },
      { type: 'function', function: { name: 'two', parameters: { type: 'object' }, strict: true } },
    ];
    expect((await chat({ tools })).status).toBe(200);
    const sent = fieldsOf(requests().at(-1))['tools'] as { strict?: boolean }[];
    expect(sent.map(({ strict }) => strict)).toEqual([true, undefined]);
  });
});

describe.each(backends)('system messages through $backend', ({ prefix, shared }) => {
  const { requests } = shared;
  const messages = [
    { role: 'system', content: 'Be kind.' },
    { role: 'user', content: 'One' },
    { role: 'system', content: 'Be brief.' },
    { role: 'assistant', content: 'Two' },
    { role: 'user', content: 'Three' },
  ];
  const ask = (model: string) =>
    fetch(`${shared.harness.url}${prefix}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages }),
    });
  const rolesOf = (request: RecordedRequest | undefined) =>
    (fieldsOf(request)['messages'] as { role: string }[]).map(({ role }) => role);

  test('keep their place for models that take them, until one refuses', async () => {
    shared.harness.standIn.behave((request) => {
      const isRefused = requests().length > 1 && rolesOf(request).includes('system');
      return isRefused ? refusal("role 'system' is not supported on this model") : { kind: 'answer', text: 'Hello' };
    });
    expect((await ask('claude-opus-4-8')).status).toBe(200);
    expect(rolesOf(requests()[0])).toEqual(['user', 'system', 'assistant', 'user']);
    expect(systemOf(requests()[0])).toEqual(['Be kind.']);

    expect((await ask('claude-opus-4-8')).status).toBe(200);
    expect(rolesOf(requests().at(-1))).toEqual(['user', 'assistant', 'user']);
    expect(systemOf(requests().at(-1)).join(' ')).toMatch(/Be kind\.\s+Be brief\./);

    const before = requests().length;
    expect((await ask('claude-opus-4-8')).status).toBe(200);
    expect(requests().slice(before).map(rolesOf)).toEqual([['user', 'assistant', 'user']]);
  });

  test('join the system prompt for the others', async () => {
    shared.harness.standIn.behave({ kind: 'answer', text: 'Hello' });
    expect((await ask('claude-sonnet-4-5')).status).toBe(200);
    expect(rolesOf(requests().at(-1))).toEqual(['user', 'assistant', 'user']);
  });
});

test('a conversation that is fed has its sampling too', async () => {
  fed.harness.standIn.behave(without('top_k', '`top_k` is deprecated for this model.'));
  const body = { model: cheapModel, max_tokens: 100, messages: hello, temperature: 0.3, top_k: 7 };
  const response = await fetch(`${fed.harness.url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  expect(response.headers.get(warningHeader)).toBe('top_k was left out: the model does not take it.');
  expect(fieldsOf(fed.requests()[0])).toMatchObject({ temperature: 0.3, top_k: 7 });
  expect(fieldsOf(fed.requests().at(-1))).toMatchObject({ temperature: 0.3 });
});
