import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Conversation } from '../../../src/core/conversation.ts';
import { HarnessError } from '../../../src/core/errors.ts';
import type { RunTurn } from '../../../src/core/backend.ts';
import type { TurnOptions } from '../../../src/core/turn-options.ts';
import {
  answerWith,
  chat,
  eventsOf,
  failWith,
  listen,
  restart,
  start,
  testApp,
  yielding,
  type Listening,
  type TestApp,
  type Reply,
} from '../test-app.ts';
import { ask, chunksOf, framesOf, path, stream } from './ask.ts';
import { eventually } from '../../util/eventually.ts';

/** A turn that says nothing until its signal aborts, or `ms` have passed. */
const silent = (ms: number, seen?: (signal: AbortSignal) => void): RunTurn =>
  async function* (_conversation, _options, signal) {
    seen?.(signal);
    await new Promise<void>((resolve, reject) => {
      setTimeout(resolve, ms);
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    });
    yield* eventsOf(['late']);
  };

describe('POST /v1/chat/completions', () => {
  it('answers with one completion', async () => {
    const { status, body } = (await ask(testApp(answerWith('Hel', 'lo')))) as Reply;
    expect(status).toBe(200);
    expect(body).toMatchObject({
      object: 'chat.completion',
      model: 'claude-haiku-4-5',
      choices: [{ message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 18, completion_tokens: 7, total_tokens: 25 },
    });
  });

  it('hands the conversation and the options to the turn', async () => {
    const seen: { conversation: Conversation; options: TurnOptions }[] = [];
    const runTurn: RunTurn = (conversation, options, signal) => {
      seen.push({ conversation, options });
      return answerWith('Hi')(conversation, options, signal);
    };
    await ask(testApp(runTurn), { max_tokens: 9, reasoning_effort: 'low' });
    expect(seen).toHaveLength(1);
    expect(seen[0]?.conversation).toEqual({
      system: [],
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
    });
    expect(seen[0]?.options).toMatchObject({ model: 'haiku', maxTokens: 9, effort: 'low' });
  });

  it('streams each piece as a chunk of one id and ends with [DONE]', async () => {
    const response = await stream(testApp(answerWith('Hel', 'lo')));
    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(response.headers['cache-control']).toContain('no-cache');
    const chunks = chunksOf(response.text);
    expect(chunks.map(({ choices }) => choices[0]?.delta.content)).toEqual(['', 'Hel', 'lo', undefined]);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    expect(response.text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('streams the usage only when it was asked for', async () => {
    const test = testApp();
    const chunks = chunksOf((await stream(test, { stream_options: { include_usage: true } })).text);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 25 } });
    expect(chunksOf((await stream(test)).text).some(({ usage }) => usage !== undefined)).toBe(false);
  });

  it.each([true, false])('gives a failure before the answer its own status (stream: %s)', async (streamed) => {
    const failure = new HarnessError('QUEUE_FULL', 'Too many.', { retryAfterMs: 3000 });
    const { status, headers, body } = (await ask(testApp(failWith(failure)), { stream: streamed })) as Reply;
    expect(status).toBe(429);
    expect(headers['content-type']).toContain('application/json');
    expect(headers['retry-after']).toBe('3');
    expect(body).toMatchObject({ error: { code: 'queue_full', message: 'Too many.' } });
  });

  it('gives a failure after a part of an unstreamed answer its status too', async () => {
    const { status, body } = (await ask(
      testApp(failWith(new HarnessError('TURN_TIMEOUT', 'Too long.'), 'half')),
    )) as Reply;
    expect(status).toBe(504);
    expect(JSON.stringify(body)).not.toContain('half');
  });

  it('ends a stream that fails half-way with an error frame and no [DONE]', async () => {
    const { status, text } = await stream(testApp(failWith(new HarnessError('OVERLOADED', 'Busy.'), 'half')));
    expect(status).toBe(200);
    const frames = framesOf(text);
    expect(JSON.parse(frames.at(-1) ?? '')).toEqual({
      error: { message: 'Busy.', type: 'server_error', param: null, code: 'overloaded' },
    });
    expect(text).toContain('"content":"half"');
    expect(text).not.toContain('[DONE]');
  });

  it('ends a stream with an error frame when the answer begins again after a part was sent', async () => {
    const runTurn = yielding(...eventsOf(['half']).slice(0, -2), restart, ...eventsOf(['whole']).slice(1));
    const { text } = await stream(testApp(runTurn));
    expect(text).toContain('"code":"answer_restarted"');
    expect(text).not.toContain('whole');
    const { body } = (await ask(testApp(runTurn))) as Reply;
    expect(body).toMatchObject({ choices: [{ message: { content: 'whole' } }] });
  });

  it('tells nothing of an unexpected failure but that there was one', async () => {
    const { status, text } = await ask(testApp(failWith(new TypeError('secret detail'))));
    expect(status).toBe(500);
    expect(text).not.toContain('secret');
  });

  it('opens a silent stream and keeps it alive with comments', async () => {
    const { status, text } = await stream(testApp(silent(120), { silenceMs: 30 }));
    expect(status).toBe(200);
    expect(text).toMatch(/^(: ping\n)+data: /);
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('reports a failure after silence in the stream, since the status has gone out', async () => {
    const runTurn: RunTurn = async function* () {
      await new Promise((resolve) => setTimeout(resolve, 80));
      yield* failWith(new HarnessError('OVERLOADED', 'Busy.'))(
        { system: [], messages: [] },
        { model: '' },
        neverAborts,
      );
    };
    const { status, text } = await stream(testApp(runTurn, { silenceMs: 30 }));
    expect(status).toBe(200);
    expect(framesOf(text).at(-1)).toContain('overloaded');
  });

  it('names the parameters that it ignored in a header', async () => {
    const { headers } = await ask(testApp(), { user: 'me', seed: 1 });
    expect(headers['x-claude-harness-ignored']).toBe('user, seed');
    expect((await ask(testApp())).headers).not.toHaveProperty('x-claude-harness-ignored');
  });

  it('refuses such parameters where the configuration says so', async () => {
    const { status } = await ask(testApp(undefined, { unsupportedParams: 'reject' }), { seed: 1 });
    expect(status).toBe(400);
  });

  it('runs no turn for a request that it refuses', async () => {
    const runTurn = vi.fn(answerWith('Hi'));
    const { status, body } = (await ask(testApp(runTurn), { messages: [] })) as Reply;
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { param: 'messages' } });
    expect(runTurn).not.toHaveBeenCalled();
  });
});

const neverAborts = new AbortController().signal;

describe('POST /v1/chat/completions, as clients come and go', () => {
  let listening: Listening | undefined;
  afterEach(async () => {
    await listening?.close();
  });

  async function abandon(body: object, { afterBytes }: { afterBytes: boolean }, runTurn: RunTurn): Promise<TestApp> {
    const test = testApp(runTurn, { silenceMs: afterBytes ? 10 : 10_000 });
    listening = await listen(test.app);
    const controller = new AbortController();
    const answer = fetch(listening.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...chat, ...body }),
      signal: controller.signal,
    });
    if (afterBytes) await answer;
    else
      await eventually(() => {
        expect(seen).toHaveLength(1);
      });
    controller.abort();
    await answer.catch(() => undefined);
    return test;
  }

  let seen: AbortSignal[] = [];
  const remember = (signal: AbortSignal) => {
    seen.push(signal);
  };

  it.each([
    ['a stream that has begun', { stream: true }, true],
    ['a stream that has not begun', { stream: true }, false],
    ['an answer in one piece', {}, false],
  ])('a client that leaves %s aborts its turn', async (_what, body, afterBytes) => {
    seen = [];
    const { log } = await abandon(body, { afterBytes }, silent(5000, remember));
    await eventually(() => {
      expect(seen[0]?.aborted).toBe(true);
    });
    expect(seen[0]?.reason).toMatchObject({ code: 'ABORTED' });
    await eventually(() => {
      expect(log.lines.at(-1)?.fields).toMatchObject({ client_gone: true });
    });
    expect(log.lines.some(({ level }) => level === 'error')).toBe(false);
  });

  it('an answer that was sent in full aborts nothing', async () => {
    seen = [];
    const test = testApp(silent(0, remember));
    await ask(test);
    await stream(test);
    expect(seen.map(({ aborted }) => aborted)).toEqual([false, false]);
    expect(await test.active.idle(100)).toBe(true);
  });

  it('a client that does not read is not pulled for, and costs no memory', async () => {
    let pulled = 0;
    const endless: RunTurn = async function* (_conversation, _options, signal) {
      yield start;
      // An end for the day on which this fails.
      while (!signal.aborted && pulled < 2000) {
        pulled += 1;
        yield { type: 'text', id: 0, text: 'x'.repeat(64 * 1024) };
        await Promise.resolve();
      }
    };
    listening = await listen(testApp(endless).app);
    const body = JSON.stringify({ ...chat, stream: true });
    const socket = connect(listening.port, '127.0.0.1').pause();
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    let before = -1;
    while (pulled === 0 || pulled !== before) {
      before = pulled;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    // What the two ends of a loopback connection hold, and not a piece more.
    expect(pulled).toBeLessThan(400);

    socket.on('data', () => undefined).resume();
    await eventually(() => {
      expect(pulled).toBeGreaterThan(before + 50);
    });
    socket.destroy();
  });
});
