import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSdkClient } from '../../src/direct/sdk-client.ts';
import { startStandIn, type StandIn } from '../../src/stand-in/stand-in.ts';

const body = { model: 'claude-haiku-4-5', max_tokens: 9, messages: [{ role: 'user', content: 'Hello' }] };
const never = new AbortController().signal;

let standIn: StandIn;

beforeEach(async () => {
  standIn = await startStandIn({ behaviour: { kind: 'answer', text: 'Hi' } });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await standIn.stop();
});

const clientOf = () =>
  createSdkClient({ apiKey: 'sk-ant-api03-made-up', baseUrl: standIn.url, maxRetries: 0, timeoutMs: 60_000 });

async function read(events: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const event of events) all.push(event);
  return all;
}

describe('createSdkClient', () => {
  it('takes key, address and headers from nowhere but its options', async () => {
    vi.stubEnv('ANTHROPIC_API_KEY', 'sk-ant-api03-other');
    vi.stubEnv('ANTHROPIC_AUTH_TOKEN', 'sk-ant-oat01-login');
    vi.stubEnv('ANTHROPIC_BASE_URL', 'http://127.0.0.1:9');
    vi.stubEnv('ANTHROPIC_CUSTOM_HEADERS', 'Authorization: Bearer sk-ant-oat01-login\nX-Api-Key: sk-ant-api03-other');
    const client = clientOf();
    await read(client.stream(body, { signal: never }));
    await client.countTokens({ model: body.model, messages: body.messages }, { signal: never });

    const sent = [...standIn.requests, ...standIn.countRequests].map(({ headers }) => headers);
    expect(sent.map(({ authorization }) => authorization)).toEqual(Array(2).fill('Bearer sk-ant-api03-made-up'));
    expect(JSON.stringify(sent)).not.toMatch(/oat01-login|api03-other/);
  });

  it('streams, with the features that are asked for', async () => {
    const events = await read(clientOf().stream(body, { signal: never, betas: ['one', 'two'] }));

    expect(events[0]).toMatchObject({ type: 'message_start' });
    expect(events.at(-1)).toMatchObject({ type: 'message_stop' });
    expect(standIn.requests[0]?.body).toEqual({ ...body, stream: true });
    expect(standIn.requests[0]?.headers['anthropic-beta']).toBe('one,two');
  });

  it('reads the models that there are', async () => {
    const models = await clientOf().listModels();

    expect(models[0]).toEqual({
      id: 'claude-opus-4-8',
      displayName: 'Claude Opus 4.8',
      maxOutputTokens: 64_000,
      contextWindow: 200_000,
      thinking: { adaptive: true, budget: false, off: true },
      efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
    });
  });

  it.each([
    ['before the first event', { kind: 'hang' } as const],
    ['in the middle', { kind: 'answer', deltas: ['a', 'b'], hangAfterDeltas: 1 } as const],
  ])('throws the reason of an abort %s, and ends the request', async (_when, behaviour) => {
    standIn.behave(behaviour);
    const controller = new AbortController();
    const reason = new Error('gone');
    const reading = read(clientOf().stream(body, { signal: controller.signal }));
    reading.catch(() => undefined);
    await vi.waitFor(() => {
      expect(standIn.requests).toHaveLength(1);
    });
    controller.abort(reason);

    await expect(reading).rejects.toBe(reason);
    expect(await standIn.requests[0]?.closedEarly).toBe(true);
  });

  it('says that nobody is there', async () => {
    await standIn.stop();
    await expect(read(clientOf().stream(body, { signal: never }))).rejects.toMatchObject({
      code: 'UPSTREAM_UNREACHABLE',
    });
    await expect(clientOf().listModels()).rejects.toMatchObject({ code: 'UPSTREAM_UNREACHABLE' });
  });
});
