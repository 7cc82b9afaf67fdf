import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import type { Answer } from '../../src/stand-in/behaviour.ts';
import { createDeferred } from '../../src/util/deferred.ts';
import { cheapModel, healthOf, startHarness, type ConfigChanges, type Harness } from '../support/harness.ts';
import { questionOf } from '../support/upstream.ts';

const request = { model: cheapModel, messages: [{ role: 'user' as const, content: 'Hello there' }] };

let harness: Harness | undefined;

afterEach(async () => {
  await harness?.stop();
  harness = undefined;
});

async function start(behaviour: Parameters<typeof startHarness>[0], changes: ConfigChanges = {}): Promise<Harness> {
  harness = await startHarness(behaviour, changes);
  return harness;
}

/** An answer that the API begins once it is let go. */
function held(answer: Answer): { behaviour: () => Promise<Answer>; release: () => void } {
  const begun = createDeferred<Answer>();
  return {
    behaviour: () => begun.promise,
    release: () => {
      begun.resolve(answer);
    },
  };
}

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

describe('a client that goes away', () => {
  test.each([{ stream: true }, { stream: false }])(
    'frees its process within a second, stream: $stream',
    async ({ stream }) => {
      const { url, standIn, allWait } = await start({ kind: 'answer', words: 1000, deltaEveryMs: 50 });
      const controller = new AbortController();
      const answered = fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...request, stream }),
        signal: controller.signal,
      }).then((response) => response.text());
      answered.catch(() => undefined);
      await expect.poll(() => standIn.requests.length).toBe(1);
      // The place of its process is filled, so that only its own is missing.
      await expect.poll(async () => (await healthOf(url)).processes.warm).toBeGreaterThan(0);
      expect(await allWait()).toBe(false);

      controller.abort();

      await expect.poll(allWait, { timeout: 1000 }).toBe(true);
      expect(await standIn.requests[0]?.closedEarly).toBe(true);
      expect(await activeTurns(url)).toBe(0);
    },
  );

  test('while it waits in the queue never gets a process', async () => {
    const { behaviour, release } = held({ kind: 'answer', text: 'ok' });
    const { url, client, standIn } = await start(behaviour, { limits: { concurrent_turns: 1 } });
    const first = client.chat.completions.create(request);
    await expect.poll(() => activeTurns(url)).toBe(1);
    const controller = new AbortController();
    const second = client.chat.completions.create(request, { signal: controller.signal });
    second.catch(() => undefined);
    await expect.poll(async () => (await healthOf(url)).turns.queued).toBe(1);

    controller.abort();
    await expect.poll(async () => (await healthOf(url)).turns.queued).toBe(0);
    release();
    await first;

    expect(standIn.requests.length).toBe(1);
  });
});

test('a slow reader makes the harness stop reading, and gets all of the answer in the end', async () => {
  const pieces = 10_000;
  const piece = 'x'.repeat(1000);
  const { url, standIn } = await start({ kind: 'answer', deltas: Array.from({ length: pieces }, () => piece) });
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...request, stream: true }),
  });
  expect(await standIn.requests[0]?.closedEarly).toBe(false);
  const before = process.memoryUsage().arrayBuffers;
  await new Promise((resolve) => setTimeout(resolve, 4000));

  // The API has sent everything; the turn is not over, since the answer's end has not been read from the CLI.
  expect(await activeTurns(url)).toBe(1);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10 * 1024 * 1024);
  const text = await response.text();
  expect(text.split('data: {').length - 1).toBe(pieces + 2);
  expect(text.slice(-200)).toMatch(/data: \[DONE\]\n\n$/);
});

test('a client that goes away while it reads slowly frees its process and its pipes', async () => {
  const one = { pool: { max_warm: 1 } };
  const { url, standIn, processes } = await start({ kind: 'answer', words: 200_000 }, one);
  await expect.poll(async () => (await healthOf(url)).processes.warm).toBe(1);
  const descriptors = openDescriptors();
  const controller = new AbortController();
  // Held on to, since the connection of a response that nobody knows any more is closed by the garbage collector.
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...request, stream: true }),
    signal: controller.signal,
  });
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(await activeTurns(url)).toBe(1);

  controller.abort();
  await expect(response.text()).rejects.toThrow('aborted');

  // Emptying may take 2 s, and the end of a process that can't be emptied 2 s more.
  await expect.poll(processes, { timeout: 6000 }).toBe(1);
  await expect.poll(async () => (await healthOf(url)).processes.warm).toBe(1);
  // The connection of the health checks may be new; the three pipes of the process are gone.
  await expect.poll(openDescriptors).toBeLessThanOrEqual(descriptors + 2);
  expect(standIn.requests.length).toBe(1);
});

describe('eight at once', () => {
  test('each get their own answer, whole and in order', async () => {
    const { client } = await start((sent) => ({
      kind: 'answer',
      deltas: Array.from({ length: 40 }, (_, index) => `${questionOf(sent)}-${index} `),
      deltaEveryMs: 3,
    }));
    const answers = await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        const stream = client.chat.completions.stream({
          ...request,
          messages: [{ role: 'user', content: `nonce${index}` }],
        });
        return (await stream.finalChatCompletion()).choices[0]?.message.content;
      }),
    );

    answers.forEach((answer, index) => {
      expect(answer).toBe(Array.from({ length: 40 }, (_, piece) => `nonce${index}-${piece} `).join(''));
    });
  });

  test('beyond the queue are refused at once with 429', async () => {
    const { behaviour, release } = held({ kind: 'answer', text: 'ok' });
    const { client } = await start(behaviour, { limits: { concurrent_turns: 1, queue_size: 1 } });
    let refusedCount = 0;
    const asked = Array.from({ length: 4 }, () => client.chat.completions.create(request).then(() => 'ok'));
    for (const each of asked) each.catch(() => refusedCount++);
    await expect.poll(() => refusedCount).toBe(2);
    release();
    const outcomes = await Promise.allSettled(asked);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');

    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled').length).toBe(2);
    expect(refused.map(({ reason }) => reason as unknown)).toEqual([
      expect.objectContaining({ status: 429, code: 'queue_full' }),
      expect.objectContaining({ status: 429, code: 'queue_full' }),
    ]);
  });
});

describe('stopping', () => {
  test('finishes the running turn, refuses new ones, and is not ready', async () => {
    const { behaviour, release } = held({ kind: 'answer', words: 20, deltaEveryMs: 20 });
    const { url, client, service, standIn, processes } = await start(behaviour);
    const running = client.chat.completions.stream(request).finalChatCompletion();
    await expect.poll(() => standIn.requests.length).toBe(1);

    const stopped = service.stop();
    await expect(client.chat.completions.create(request)).rejects.toMatchObject({ status: 503, code: 'draining' });
    const ready = await fetch(`${url}/ready`);

    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ reason: 'draining' });
    release();
    expect((await running).choices[0]?.finish_reason).toBe('stop');
    await stopped;
    expect(processes()).toBe(0);
  });

  test('ends turns that outlast the grace with a clean error', async () => {
    const { client, service, standIn, processes } = await start(
      { kind: 'answer', words: 1000, deltaEveryMs: 50 },
      { limits: { shutdown_grace: 300 } },
    );
    const running = client.chat.completions.stream(request).finalChatCompletion();
    running.catch(() => undefined);
    await expect.poll(() => standIn.requests.length).toBe(1);
    await service.stop();

    await expect(running).rejects.toMatchObject({ code: 'draining' });
    expect(processes()).toBe(0);
  });
});

describe('what the service says of itself', () => {
  test('is alive and ready after its start, without a model call', async () => {
    const { url, standIn } = await start(undefined);
    expect(await healthOf(url)).toMatchObject({
      status: 'ok',
      cli: { version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string },
      turns: { active: 0, queued: 0 },
    });
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    // One that was asked for the models, and one for a prompt that nobody has sent.
    await expect.poll(async () => (await healthOf(url)).processes.warm, { timeout: 10_000 }).toBe(2);
    expect(standIn.requests.length + standIn.countRequests.length).toBe(0);
  });

  test('is not ready while logged out, and refuses requests at once', async () => {
    const { url, client } = await start(undefined, { claude: { env: { CLAUDE_CODE_OAUTH_TOKEN: '' } } });
    const ready = await fetch(`${url}/ready`);

    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ reason: 'not_logged_in' });
    await expect(client.chat.completions.create(request)).rejects.toMatchObject({ status: 503, code: 'not_logged_in' });
  });

  test('is not ready without a CLI, and starts no process after another', async () => {
    const { url, client } = await start(undefined, { claude: { path: '/nowhere/claude' } });
    const ready = await fetch(`${url}/ready`);

    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ reason: 'cli_missing' });
    await expect(client.chat.completions.create(request)).rejects.toMatchObject({ status: 503, code: 'cli_missing' });
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });
});

async function activeTurns(url: string): Promise<number> {
  return (await healthOf(url)).turns.active;
}
