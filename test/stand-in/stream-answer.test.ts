import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { MessageEvent } from '../../src/stand-in/message-events.ts';
import { startStandIn, type StandIn } from '../../src/stand-in/stand-in.ts';
import { allEvents, events, post, textOf } from './messages-client.ts';

let standIn: StandIn;

beforeEach(async () => {
  standIn = await startStandIn();
});

afterEach(async () => {
  await standIn.stop();
});

describe('a streamed answer', () => {
  test('carries the steps as server-sent events, with the request model and a request id', async () => {
    standIn.behave({ kind: 'answer', text: 'one two three' });
    const response = await post(standIn.url, { model: 'claude-opus-4-1' });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('request-id')).toMatch(/^req_/);
    const list = await allEvents(response);
    expect(list[0]).toMatchObject({ type: 'message_start', message: { model: 'claude-opus-4-1' } });
    expect(textOf(list)).toEqual(['one ', 'two ', 'three']);
    expect(list.at(-1)).toEqual({ type: 'message_stop' });
  });

  test('names the model it is told to name', async () => {
    standIn.behave({ kind: 'answer', model: 'claude-renamed' });
    const [first] = await allEvents(await post(standIn.url));
    expect(first).toMatchObject({ message: { model: 'claude-renamed' } });
  });

  test('carries headers of its own', async () => {
    standIn.behave({ kind: 'answer', headers: { 'x-of-its-own': 'yes' } });
    expect((await post(standIn.url)).headers.get('x-of-its-own')).toBe('yes');
  });
});

describe('pace', () => {
  test('the message start goes out at once, the first delta when it is due', async () => {
    standIn.behave({ kind: 'answer', text: 'one', firstDeltaAfterMs: 300 });
    const startedAt = performance.now();
    const arrived = new Map<string, number>();
    for await (const event of events(await post(standIn.url))) {
      if (!arrived.has(event.type)) arrived.set(event.type, performance.now() - startedAt);
    }
    expect(arrived.get('message_start')).toBeLessThan(250);
    expect(arrived.get('content_block_delta')).toBeGreaterThanOrEqual(299);
  });

  test('deltas keep their distance, and a late one does not delay the rest', async () => {
    standIn.behave({ kind: 'answer', words: 11, deltaEveryMs: 50 });
    const startedAt = performance.now();
    let deltas = 0;
    for await (const event of events(await post(standIn.url))) {
      if (event.type === 'content_block_delta' && ++deltas === 3) blockFor(400);
    }
    const tookMs = performance.now() - startedAt;
    expect(tookMs).toBeGreaterThanOrEqual(499);
    // Had the rest waited too, it would take 850 ms.
    expect(tookMs).toBeLessThan(840);
  });

  test('pings arrive while the answer is silent', async () => {
    standIn.behave({ kind: 'answer', text: 'one', firstDeltaAfterMs: 150, pingEveryMs: 20 });
    const types = (await allEvents(await post(standIn.url))).map(({ type }) => type);
    const beforeDelta = types.slice(0, types.indexOf('content_block_delta'));
    expect(beforeDelta.filter((type) => type === 'ping').length).toBeGreaterThanOrEqual(3);
    expect(types.at(-1)).toBe('message_stop');
  });
});

describe('an answer broken off', () => {
  test('a cut delivers its deltas, then breaks the connection', async () => {
    standIn.behave({ kind: 'answer', words: 10, cutAfterDeltas: 4 });
    const received: MessageEvent[] = [];
    const reading = (async () => {
      for await (const event of events(await post(standIn.url))) received.push(event);
    })();
    await expect(reading).rejects.toThrow('terminated');
    expect(textOf(received)).toHaveLength(4);
    await expect(standIn.requests[0]?.closedEarly).resolves.toBe(false);
  });

  test('a break comes when the next delta would be due', async () => {
    standIn.behave({ kind: 'answer', errorAfterDeltas: 2, deltaEveryMs: 50 });
    const startedAt = performance.now();
    await allEvents(await post(standIn.url));
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(99);
  });

  test('a hang delivers its deltas and keeps the connection open, pings included', async () => {
    standIn.behave({ kind: 'answer', words: 10, hangAfterDeltas: 2, pingEveryMs: 10 });
    const aborter = new AbortController();
    const stream = events(await post(standIn.url, {}, aborter.signal));
    const received: MessageEvent[] = [];
    let pings = 0;
    for await (const event of stream) {
      received.push(event);
      if (event.type === 'ping' && ++pings === 5) break;
    }
    aborter.abort();
    expect(textOf(received)).toHaveLength(2);
    expect(received.some(({ type }) => type === 'message_stop' || type === 'content_block_stop')).toBe(false);
    await expect(standIn.requests[0]?.closedEarly).resolves.toBe(true);
  });

  test('an error event is the last one of an otherwise complete stream', async () => {
    standIn.behave({ kind: 'answer', words: 10, errorAfterDeltas: 2 });
    const list = await allEvents(await post(standIn.url));
    expect(textOf(list)).toHaveLength(2);
    expect(list.at(-1)).toMatchObject({ type: 'error', error: { type: 'overloaded_error' } });
  });
});

describe('a client that leaves', () => {
  test('ends its answer at once, however long the next delta would have taken', async () => {
    let ended = () => {};
    const end = new Promise<void>((resolve) => (ended = resolve));
    function* deltas() {
      try {
        for (;;) yield 'x';
      } finally {
        ended();
      }
    }
    standIn.behave({ kind: 'answer', deltas: deltas(), deltaEveryMs: 3_600_000 });
    await leaveAfter('content_block_delta');
    await expect(standIn.requests[0]?.closedEarly).resolves.toBe(true);
    await end;
  });

  test('ends its pings', async () => {
    const started = vi.spyOn(globalThis, 'setInterval');
    const cleared = vi.spyOn(globalThis, 'clearInterval');
    standIn.behave({ kind: 'answer', hangAfterDeltas: 1, pingEveryMs: 17 });
    await leaveAfter('ping');
    await standIn.requests[0]?.closedEarly;
    const at = started.mock.calls.findIndex(([, everyMs]) => everyMs === 17);
    expect(at).not.toBe(-1);
    expect(cleared).toHaveBeenCalledWith(started.mock.results[at]?.value);
    vi.restoreAllMocks();
  });

  test('before its answer was released is not answered', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const started = vi.spyOn(globalThis, 'setInterval');
    standIn.behave(() => gate.then(() => ({ kind: 'answer', pingEveryMs: 19 })));
    await expect(post(standIn.url, {}, AbortSignal.timeout(50))).rejects.toThrow('timeout');
    await expect(standIn.requests[0]?.closedEarly).resolves.toBe(true);
    release();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(started.mock.calls.filter(([, everyMs]) => everyMs === 19)).toEqual([]);
    vi.restoreAllMocks();
  });

  test('is told from one that heard the whole answer', async () => {
    await allEvents(await post(standIn.url));
    await expect(standIn.requests[0]?.closedEarly).resolves.toBe(false);
  });

  async function leaveAfter(type: MessageEvent['type']): Promise<void> {
    const aborter = new AbortController();
    for await (const event of events(await post(standIn.url, {}, aborter.signal))) {
      if (event.type === type) break;
    }
    aborter.abort();
  }
});

/** Keeps this thread, and with it the stand-in's timers, from doing anything else. */
function blockFor(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}
