import { afterEach, describe, expect, test } from 'vitest';
import { apiErrors } from '../../src/stand-in/api-errors.ts';
import type { Behaviour } from '../../src/stand-in/behaviour.ts';
import type { RecordedRequest } from '../../src/stand-in/exchange.ts';
import {
  cheapModel,
  madeUpKey,
  startHarness,
  withDirect,
  type ConfigChanges,
  type Harness,
} from '../support/harness.ts';

let harness: Harness;

afterEach(async () => {
  await harness.stop();
});

const fallback = { ...withDirect, fallback: 'direct' } satisfies ConfigChanges;
const loggedOut = { claude: { env: { CLAUDE_CODE_OAUTH_TOKEN: '' } } };
const missing = { claude: { path: '/nonexistent/claude' } };
const request = { model: cheapModel, messages: [{ role: 'user' as const, content: 'Hello' }] };

const isDirect = ({ headers }: RecordedRequest): boolean => headers.authorization === `Bearer ${madeUpKey}`;
const directRequests = () => harness.standIn.requests.filter(isDirect).length;
const ask = (model = cheapModel) => harness.client.chat.completions.create({ ...request, model }).withResponse();
const linesOf = (text: string) => harness.log.lines.filter(({ message }) => message.includes(text));
const readiness = async () => {
  const response = await fetch(`${harness.url}/ready`);
  return { status: response.status, body: (await response.json()) as object };
};
const fallbacks = async () =>
  /^claude_harness_fallbacks_total\{.*$/m.exec(await (await fetch(`${harness.url}/metrics`)).text())?.[0];

/** The CLI's requests meet `cli`, the others are answered. */
const answering =
  (cli: Behaviour) =>
  (asked: RecordedRequest): Behaviour =>
    isDirect(asked) ? { kind: 'answer', text: 'directly' } : cli;
const limitReached = () => apiErrors.planLimit(Math.floor(Date.now() / 1000) + 3600);

describe('where the limit of the plan is reached', () => {
  test('the direct backend answers, and everybody can know', async () => {
    harness = await startHarness(answering(limitReached()), fallback);
    for (let turn = 0; turn < 2; turn++) {
      const { data, response } = await ask();
      expect(data.choices[0]?.message.content).toBe('directly');
      expect(response.headers.get('x-claude-harness-backend')).toBe('direct');
    }

    // The second is not tried through the CLI, and the log does not repeat itself.
    expect(harness.standIn.requests.length - directRequests()).toBe(1);
    expect(linesOf('billed to the API key')).toMatchObject([
      { level: 'warn', fields: { error: 'PLAN_LIMIT_REACHED', model: cheapModel } },
    ]);
    await expect.poll(() => harness.log.lines.filter(({ fields }) => fields['backend'] === 'direct')).toHaveLength(2);
    expect(await fallbacks()).toBe('claude_harness_fallbacks_total{reason="PLAN_LIMIT_REACHED"} 2');
    expect(await readiness()).toEqual({
      status: 200,
      body: { status: 'ready', notice: expect.stringMatching(/quota.* is exhausted.*billed to the API key/) as string },
    });
    expect(await (await fetch(`${harness.url}/sdk/status`)).json()).toMatchObject({ backend: 'cli', status: 'ready' });
  });

  test('a stream falls back as well', async () => {
    harness = await startHarness(answering(limitReached()), fallback);
    let text = '';
    for await (const chunk of await harness.client.chat.completions.create({ ...request, stream: true })) {
      text += chunk.choices[0]?.delta.content ?? '';
    }

    expect(text).toBe('directly');
  });

  test('nothing changes over without the setting', async () => {
    harness = await startHarness(answering(limitReached()), withDirect);

    await expect(ask()).rejects.toMatchObject({ status: 429, code: 'plan_limit_reached' });
    expect(directRequests()).toBe(0);
    expect(await readiness()).toMatchObject({ status: 503, body: { reason: 'rate_limited' } });
  });

  test('an answer of which a part has gone out is not given again', async () => {
    let cliRequests = 0;
    const cut: Behaviour = { kind: 'answer', deltas: ['one ', 'two ', 'three '], deltaEveryMs: 60, cutAfterDeltas: 2 };
    harness = await startHarness((asked) => answering(cliRequests++ === 0 ? cut : limitReached())(asked), fallback);
    let text = '';
    const reading = (async () => {
      for await (const chunk of await harness.client.chat.completions.create({ ...request, stream: true })) {
        text += chunk.choices[0]?.delta.content ?? '';
      }
    })();

    await expect(reading).rejects.toThrow();
    expect('one two three '.startsWith(text)).toBe(true);
    expect(text).not.toBe('');
    expect(directRequests()).toBe(0);
  });

  test('the key’s own failure is what the client gets', async () => {
    harness = await startHarness((asked) => (isDirect(asked) ? apiErrors.authentication() : limitReached()), fallback);

    await expect(ask()).rejects.toMatchObject({ status: 503, code: 'api_key_refused' });
    expect(await readiness()).toMatchObject({ status: 503, body: { reason: 'rate_limited' } });
    expect(await (await fetch(`${harness.url}/api/status`)).json()).toMatchObject({ reason: 'api_key_refused' });
    expect(linesOf('refuses the API key')).toHaveLength(1);
  });
});

test.each([
  ['is logged out', loggedOut, 'NOT_LOGGED_IN'],
  ['is missing', missing, 'CLI_MISSING'],
])('where the CLI %s the direct backend answers, counts and is ready', async (_what, changes, reason) => {
  harness = await startHarness(answering({ kind: 'answer' }), { ...fallback, ...changes });
  const { data } = await ask();

  expect(data.choices[0]?.message.content).toBe('directly');
  expect(linesOf('billed to the API key')).toMatchObject([{ fields: { error: reason } }]);
  expect(await fallbacks()).toBe(`claude_harness_fallbacks_total{reason="${reason}"} 1`);
  expect((await readiness()).status).toBe(200);
  const counted = await fetch(`${harness.url}/v1/messages/count_tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  expect(await counted.json()).toEqual({ input_tokens: expect.any(Number) as number });
});

test('what is wrong with the request does not change the backend', async () => {
  harness = await startHarness(answering(apiErrors.invalidRequest()), fallback);

  await expect(ask()).rejects.toMatchObject({ status: 400 });
  expect(directRequests()).toBe(0);
});

test('a model that is said to be served directly is never asked through the CLI', async () => {
  harness = await startHarness(answering({ kind: 'answer', text: 'through the CLI' }), {
    ...withDirect,
    models: { direct: ['claude-opus-*'], aliases: { 'gpt-4o': 'claude-opus-4-8' } },
  });
  const textOf = async (model: string) => (await ask(model)).data.choices[0]?.message.content;

  expect(await textOf('claude-opus-4-8')).toBe('directly');
  expect(await textOf('gpt-4o')).toBe('directly');
  expect(await textOf(cheapModel)).toBe('through the CLI');
  const { data } = await harness.client.models.list();
  expect(data.map(({ id }) => id)).toContain('claude-opus-4-8');
});
