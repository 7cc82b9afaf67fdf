import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { promptText } from '../../src/stand-in/prompt-text.ts';
import { startStandIn, type StandIn } from '../../src/stand-in/stand-in.ts';
import { allEvents, post, textOf } from './messages-client.ts';

let standIn: StandIn;

beforeEach(async () => {
  standIn = await startStandIn();
});

afterEach(async () => {
  await standIn.stop();
});

function send(path: string, init: RequestInit): Promise<Response> {
  return fetch(`${standIn.url}${path}`, init);
}

describe('routes', () => {
  test('count_tokens answers a number that grows with the request', async () => {
    const count = async (text: string) => {
      const response = await send('/v1/messages/count_tokens?beta=true', {
        method: 'POST',
        body: JSON.stringify({ messages: [{ role: 'user', content: text }] }),
      });
      return ((await response.json()) as { input_tokens: number }).input_tokens;
    };
    const short = await count('hi');
    expect(short).toBeGreaterThan(0);
    expect(await count('hi '.repeat(100))).toBeGreaterThan(short + 50);
    expect(standIn.countRequests).toHaveLength(2);
    expect(standIn.requests).toHaveLength(0);
  });

  test('the opening HEAD is answered quietly', async () => {
    expect((await send('/', { method: 'HEAD' })).status).toBe(200);
  });

  test.each([
    ['GET', '/'],
    ['GET', '/v1/messages'],
    ['POST', '/v1/messages/batches'],
    ['GET', '/v1/files'],
    ['POST', '/v1/models'],
  ])('%s %s is not found, as JSON, and not recorded', async (method, path) => {
    const response = await send(path, { method });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'not_found_error' } });
    expect(standIn.requests).toHaveLength(0);
  });

  test('the models are listed as one page, the newest first', async () => {
    const page = (await (await send('/v1/models?limit=1000', { method: 'GET' })).json()) as { data: { id: string }[] };
    expect(page).toMatchObject({ has_more: false, first_id: page.data[0]?.id, last_id: page.data.at(-1)?.id });
    expect(page.data.map(({ id }) => id)).toContain('claude-opus-4-8');
  });

  test('a body that is not JSON is an invalid request', async () => {
    const response = await send('/v1/messages', { method: 'POST', body: '{"model":' });
    expect(response.status).toBe(400);
  });

  test('a body beyond 32 MiB is too large', async () => {
    const response = await send('/v1/messages', { method: 'POST', body: 'x'.repeat(32 * 1024 * 1024 + 1) });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ error: { type: 'request_too_large' } });
  });
});

describe('recorded requests', () => {
  test('leave out one whose client went away before its body was complete', async () => {
    const { hostname, port } = new URL(standIn.url);
    const socket = connect(Number(port), hostname);
    socket.write('POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"model":');
    await new Promise((resolve) => setTimeout(resolve, 30));
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(standIn.requests).toHaveLength(0);
    expect(textOf(await allEvents(await post(standIn.url))).join('')).toContain('Hello');
  });

  test('hold path, headers, body and time of arrival', async () => {
    const before = performance.now();
    await allEvents(await post(standIn.url, { max_tokens: 7 }));
    expect(standIn.requests).toMatchObject([
      {
        method: 'POST',
        path: '/v1/messages?beta=true',
        headers: { 'content-type': 'application/json' },
        body: { max_tokens: 7 },
      },
    ]);
    expect(standIn.requests[0]?.receivedAt).toBeGreaterThan(before);
    expect(standIn.requests[0]?.receivedAt).toBeLessThan(performance.now());
  });

  test('are forgotten, the oldest first, beyond the number to keep', async () => {
    await standIn.stop();
    standIn = await startStandIn({ keepRequests: 2 });
    for (const n of [1, 2, 3]) await allEvents(await post(standIn.url, { max_tokens: n }));
    expect(standIn.requests).toMatchObject([{ body: { max_tokens: 2 } }, { body: { max_tokens: 3 } }]);
  });
});

describe('behaviours', () => {
  test('a list serves one request after the other, and a new one starts afresh', async () => {
    standIn.behave([
      { kind: 'error', status: 529 },
      { kind: 'answer', text: 'now' },
    ]);
    const statuses = async () => [(await post(standIn.url)).status, (await post(standIn.url)).status];
    expect(await statuses()).toEqual([529, 200]);
    standIn.behave([{ kind: 'error', status: 401 }, { kind: 'answer' }]);
    expect(await statuses()).toEqual([401, 200]);
  });

  test('a function lets concurrent requests each get their own answer', async () => {
    standIn.behave(({ body }) => ({ kind: 'answer', text: promptText(body) }));
    const nonces = Array.from({ length: 20 }, (_, n) => `nonce-${n}`);
    const answers = await Promise.all(
      nonces.map(async (nonce) => {
        const response = await post(standIn.url, { messages: [{ role: 'user', content: nonce }] });
        return textOf(await allEvents(response)).join('');
      }),
    );
    expect(answers).toEqual(nonces);
  });

  test('a promise holds the answer back, with the request on record', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    let asked = () => {};
    const arrived = new Promise<void>((resolve) => (asked = resolve));
    standIn.behave(async () => {
      asked();
      await gate;
      return { kind: 'answer', text: 'released' };
    });
    let answered = false;
    const answer = post(standIn.url).finally(() => (answered = true));
    await arrived;
    expect(standIn.requests).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(answered).toBe(false);
    release();
    expect(textOf(await allEvents(await answer))).toEqual(['released']);
  });

  test('a function that throws is answered with a 500 that says so', async () => {
    standIn.behave(() => {
      throw new Error('no such nonce');
    });
    const response = await post(standIn.url);
    expect(response.status).toBe(500);
    expect(await response.text()).toContain('no such nonce');
  });

  test('a hang takes the request and never answers', async () => {
    standIn.behave({ kind: 'hang' });
    await expect(post(standIn.url, {}, AbortSignal.timeout(100))).rejects.toThrow('timeout');
    expect(standIn.requests).toHaveLength(1);
    await expect(standIn.requests[0]?.closedEarly).resolves.toBe(true);
  });

  test('a closed connection answers without a byte', async () => {
    standIn.behave({ kind: 'close-connection' });
    await expect(post(standIn.url)).rejects.toThrow('fetch failed');
    expect(standIn.requests).toHaveLength(1);
    await expect(standIn.requests[0]?.closedEarly).resolves.toBe(false);
  });
});

describe('start and stop', () => {
  test('a taken port is reported', async () => {
    const port = Number(new URL(standIn.url).port);
    await expect(startStandIn({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('stop ends answers under way, hanging requests and idle connections, and frees the port', async () => {
    const { hostname, port } = new URL(standIn.url);
    standIn.behave((_request, index) =>
      index === 0 ? { kind: 'answer', words: 1000, deltaEveryMs: 1000 } : { kind: 'hang' },
    );
    const underWay = await post(standIn.url);
    const hanging = expect(post(standIn.url)).rejects.toThrow('fetch failed');
    const idle = connect(Number(port), hostname);
    await once(idle, 'connect');
    const idleClosed = once(idle, 'close');
    while (standIn.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));

    const startedAt = performance.now();
    await standIn.stop();
    expect(performance.now() - startedAt).toBeLessThan(500);
    await expect(allEvents(underWay)).rejects.toThrow('terminated');
    await hanging;
    await idleClosed;
    await expect(standIn.requests[0]?.closedEarly).resolves.toBe(false);
    await expect(post(standIn.url)).rejects.toThrow('fetch failed');
    const again = await startStandIn({ port: Number(port) });
    expect(again.url).toBe(standIn.url);
    await again.stop();
  });

  test('stopping twice is harmless', async () => {
    await standIn.stop();
    await standIn.stop();
  });
});
