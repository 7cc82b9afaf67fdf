import { APIError } from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiErrors } from '../../src/stand-in/api-errors.ts';
import type { Behaviour } from '../../src/stand-in/behaviour.ts';
import { planHeaders } from '../../src/stand-in/plan-headers.ts';
import { earlyFailures, type EarlyFailure } from '../support/early-failures.ts';
import { cheapModel, startHarness, type Harness } from '../support/harness.ts';
import { upstreamBody } from '../support/upstream.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
});

afterAll(async () => {
  await harness.stop();
});

const request = { model: cheapModel, messages: [{ role: 'user' as const, content: 'Hello there' }] };

/** Asks once, whole or streamed, and gives the error that the official client throws. */
async function failureOf(behaviour: Behaviour | Behaviour[], stream: boolean): Promise<APIError> {
  harness.standIn.behave(behaviour);
  const failure: unknown = await (stream ? readAll() : harness.client.chat.completions.create(request)).catch(
    (error: unknown) => error,
  );
  if (!(failure instanceof APIError)) throw new Error(`no API error but ${JSON.stringify(failure)}`);
  return failure;
}

async function readAll(): Promise<string> {
  let text = '';
  for await (const chunk of await harness.client.chat.completions.create({ ...request, stream: true })) {
    text += chunk.choices[0]?.delta.content ?? '';
  }
  return text;
}

describe.each([{ stream: false }, { stream: true }])('a failure before the answer, stream: $stream', ({ stream }) => {
  test.each<EarlyFailure>([
    ['a refused login', apiErrors.authentication(), { status: 503, code: 'not_logged_in' }],
    ...earlyFailures,
  ])('%s keeps its meaning', async (_what, behaviour, expected) => {
    const failure = await failureOf(behaviour, stream);

    expect(failure).toMatchObject(expected);
    // Neither the CLI's advice for people at a terminal nor its gateway's address is of use to a client.
    expect(failure.message).not.toMatch(/Please run|--model|127\.0\.0\.1|API Error/);
  });
});

test('the API’s own reason for a bad request reaches the client', async () => {
  const failure = await failureOf(apiErrors.invalidRequest('tools.0.custom.name: bad'), false);

  expect(failure.message).toContain('tools.0.custom.name: bad');
});

test('a request that the API charges to extra usage says so, and is not tried again', async () => {
  const before = harness.standIn.requests.length;
  const failure = await failureOf(apiErrors.extraUsage(), true);

  expect(failure).toMatchObject({ status: 400, code: 'extra_usage_required' });
  expect(failure.message).toContain('claude.ai/settings/usage');
  // After any 400 the CLI asks once more by itself, without a beta that it is trying out (2.1.332).
  const betas = harness.standIn.requests.slice(before).map(({ headers }) => headers['anthropic-beta']);
  expect(betas.length).toBeLessThanOrEqual(2);
  expect(new Set(betas).size).toBe(betas.length);
  const metrics = await fetch(`${harness.url}/metrics`).then((response) => response.text());
  expect(metrics).toContain('claude_harness_errors_total{code="EXTRA_USAGE_REQUIRED"} 1');
});

describe('retries', () => {
  test('are the CLI’s, at most two, and succeed unnoticed', async () => {
    harness.standIn.behave([apiErrors.internal(), apiErrors.internal(), { kind: 'answer', text: 'third time lucky' }]);

    expect(await readAll()).toBe('third time lucky');
  });

  test('end after the second', async () => {
    const before = harness.standIn.requests.length;
    await failureOf(apiErrors.internal(), false);

    expect(harness.standIn.requests.length - before).toBe(3);
  });

  test('that would take longer than five seconds are not waited for', async () => {
    // With a plan 2.1.197 does not retry a 429 at all; with an API key both versions wait as long as they are told.
    const keyed = await startHarness(apiErrors.rateLimit(30), {
      claude: { auth: 'api-key', env: { ANTHROPIC_API_KEY: 'sk-ant-api03-made-up', CLAUDE_CODE_OAUTH_TOKEN: '' } },
    });
    try {
      const startedAt = performance.now();
      const failure: unknown = await keyed.client.chat.completions.create(request).catch((error: unknown) => error);

      expect(failure).toMatchObject({ status: 429, code: 'rate_limit_exceeded' });
      expect(Number((failure as APIError).headers?.get('retry-after'))).toBeGreaterThanOrEqual(30);
      expect(performance.now() - startedAt).toBeLessThan(10_000);
      expect(keyed.standIn.requests[0]?.headers['x-api-key']).toBe('sk-ant-api03-made-up');
    } finally {
      await keyed.stop();
    }
  });
});

describe('a connection that breaks in the middle of the answer', () => {
  const cut: Behaviour = { kind: 'answer', deltas: ['one ', 'two ', 'three '], deltaEveryMs: 60, cutAfterDeltas: 2 };
  const whole: Behaviour = { kind: 'answer', deltas: ['one ', 'two ', 'three '] };

  test('is an error event in the stream, and no text comes twice', async () => {
    harness.standIn.behave([cut, whole]);
    let text = '';
    let failure: unknown;
    try {
      for await (const chunk of await harness.client.chat.completions.create({ ...request, stream: true })) {
        text += chunk.choices[0]?.delta.content ?? '';
      }
    } catch (error) {
      failure = error;
    }

    // A connection that breaks may take along what nobody has read.
    expect(text).toMatch(/^one (two )?$/);
    expect(failure).toBeInstanceOf(APIError);
    expect((failure as APIError).code).toMatch(/^(answer_restarted|upstream_unreachable)$/);
  });

  test('is followed by no [DONE]', async () => {
    harness.standIn.behave([cut, whole]);
    const body = await post({ ...request, stream: true }).then((response) => response.text());

    expect(body).toContain('data: {"error":{');
    expect(body).not.toContain('[DONE]');
  });

  test('is either made good by the CLI’s second answer or an error, never a mixture, when nothing was sent', async () => {
    harness.standIn.behave([cut, whole]);
    const outcome = await harness.client.chat.completions.create(request).catch((error: unknown) => error);

    // 2.1.197 gives up; 2.1.329 begins the answer again.
    if (outcome instanceof APIError) expect(outcome).toMatchObject({ status: 502, code: 'upstream_unreachable' });
    else
      expect(outcome).toMatchObject({ choices: [{ message: { content: 'one two three ' }, finish_reason: 'stop' }] });
  });

  test('with an overloaded error is no refusal any more, and says why', async () => {
    const failure = await failureOf(
      { kind: 'answer', deltas: ['one ', 'two '], deltaEveryMs: 60, errorAfterDeltas: 1 },
      false,
    );

    expect(failure).toMatchObject({ status: 502, code: 'answer_interrupted' });
    expect(failure.message).toContain('overloaded');
  });

  test('never asks the API again without streaming', async () => {
    const before = harness.standIn.requests.length;
    await failureOf({ kind: 'answer', deltas: ['one '], deltaEveryMs: 60, errorAfterDeltas: 1 }, false);

    const streamed = harness.standIn.requests.slice(before).map((sent) => (sent.body as { stream?: boolean }).stream);
    expect(new Set(streamed)).toEqual(new Set([true]));
  });
});

describe('the plan’s limits', () => {
  const inOneHour = () => Math.floor(Date.now() / 1000) + 3600;

  test('that are used up are a 429 with the reset time, at once from the second request on, and not ready', async () => {
    const limited = await startHarness();
    try {
      const resetsAt = inOneHour();
      limited.standIn.behave(apiErrors.planLimit(resetsAt));
      const first: unknown = await limited.client.chat.completions.create(request).catch((error: unknown) => error);
      const calls = limited.standIn.requests.length;
      const second: unknown = await limited.client.chat.completions.create(request).catch((error: unknown) => error);

      for (const failure of [first, second]) {
        expect(failure).toMatchObject({ status: 429, code: 'plan_limit_reached' });
        const { headers } = failure as APIError;
        expect(headers?.get('x-should-retry')).toBe('false');
        expect(Number(headers?.get('retry-after'))).toBeGreaterThan(3500);
      }
      expect(limited.standIn.requests.length).toBe(calls);
      const ready = await fetch(`${limited.url}/ready`);
      expect(ready.status).toBe(503);
      expect(await ready.json()).toMatchObject({
        reason: 'rate_limited',
        resets_at: new Date(resetsAt * 1000).toISOString(),
      });
    } finally {
      await limited.stop();
    }
  });

  test('are announced to a client that streams for a minute, and in full by the body, with the configured status', async () => {
    const limited = await startHarness(undefined, { limits: { plan_limit_status: 503 } });
    try {
      const resetsAt = inOneHour();
      limited.standIn.behave(apiErrors.planLimit(resetsAt));
      const response = await fetch(`${limited.url}/v1/responses`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: cheapModel, input: 'Hello there', stream: true }),
      });

      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('60');
      expect(await response.json()).toMatchObject({ error: { type: 'usage_limit_reached', resets_at: resetsAt } });
    } finally {
      await limited.stop();
    }
  });

  test('of one model family limit that family only', async () => {
    const limited = await startHarness();
    try {
      limited.standIn.behave((sent) =>
        upstreamBody(sent).model.includes('opus')
          ? apiErrors.planLimit(inOneHour(), 'seven_day_opus')
          : { kind: 'answer', text: 'ok' },
      );
      const opus = { ...request, model: 'opus' };
      await expect(limited.client.chat.completions.create(opus)).rejects.toMatchObject({ status: 429 });
      await expect(limited.client.chat.completions.create(opus)).rejects.toMatchObject({ status: 429 });

      await expect(limited.client.chat.completions.create(request)).resolves.toMatchObject({ model: cheapModel });
      expect((await fetch(`${limited.url}/ready`)).status).toBe(200);
    } finally {
      await limited.stop();
    }
  });

  test('that are near are no error', async () => {
    const headers = planHeaders({ status: 'allowed_warning', resetsAt: inOneHour() });
    harness.standIn.behave({ kind: 'answer', text: 'still here', headers });

    expect(await readAll()).toBe('still here');
    expect(await readAll()).toBe('still here');
    expect((await fetch(`${harness.url}/ready`)).status).toBe(200);
  });
});

describe('silence', () => {
  test('of the API ends with a 504, and the next turn works', async () => {
    const impatient = await startHarness({ kind: 'hang' }, { limits: { idle_timeout: 3000 } });
    try {
      await expect(impatient.client.chat.completions.create(request)).rejects.toMatchObject({
        status: 504,
        code: 'idle_timeout',
      });
      impatient.standIn.behave({ kind: 'answer', text: 'back' });
      await expect(impatient.client.chat.completions.create(request)).resolves.toMatchObject({
        choices: [{ message: { content: 'back' } }],
      });
    } finally {
      await impatient.stop();
    }
  });

  test('of a stream opens it after a while and keeps it alive', async () => {
    const patient = await startHarness(
      { kind: 'answer', text: 'at last', firstDeltaAfterMs: 1500 },
      { server: { silence_before_stream: 200 } },
    );
    patient.standIn.behave([{ kind: 'hang' }]);
    try {
      const controller = new AbortController();
      const response = await fetch(`${patient.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...request, stream: true }),
        signal: controller.signal,
      });
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();

      expect(response.status).toBe(200);
      expect((await reader?.read())?.value).toBe(': ping\n');
      controller.abort();
    } finally {
      await patient.stop();
    }
  });
});

async function post(body: object): Promise<Response> {
  return fetch(`${harness.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
