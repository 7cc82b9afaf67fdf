import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import type { RunTurn } from '../../../src/core/backend.ts';
import type { TurnEvent } from '../../../src/core/turn-event.ts';
import { answerWith, chat, end, eventsOf, failWith, start, testApp, yielding, type TestApp } from '../test-app.ts';
import { hashToken } from '../../../src/util/token-hash.ts';
import { eventually } from '../../util/eventually.ts';

const secretChat = { model: 'haiku', messages: [{ role: 'user', content: 'my secret prompt' }] };

async function lineOf({ log }: TestApp) {
  await eventually(() => {
    expect(log.lines.some(({ fields }) => 'total_ms' in fields)).toBe(true);
  });
  return log.lines.find(({ fields }) => 'total_ms' in fields);
}

describe('accessLog', () => {
  it.each(['/v1/chat/completions', '/v1/responses'])('tells which token a request to %s came with', async (path) => {
    const clients: unknown[] = [];
    const runTurn: RunTurn = async function* (_conversation, { client }) {
      clients.push(client);
      await Promise.resolve();
      yield* eventsOf(['Hello.']);
    };
    const test = testApp(runTurn, { tokenHashes: ['one', 'two'].map(hashToken) });
    const body = path.endsWith('responses') ? { model: 'haiku', input: 'Hello' } : secretChat;
    await request(test.app).post(path).set('authorization', 'Bearer two').send(body);

    expect((await lineOf(test))?.fields['client']).toBe('token 2');
    // The queue is shared by it.
    expect(clients).toEqual(['token 2']);
  });

  it('writes one line for a turn, with its times, its tokens and its process', async () => {
    const runTurn: RunTurn = async function* (_conversation, { onStage }) {
      onStage?.({ name: 'admitted', backend: 'cli' });
      onStage?.({ name: 'acquired', process: 'warm' });
      onStage?.({ name: 'fed' });
      await Promise.resolve();
      yield* eventsOf(['my secret answer']);
    };
    const test = testApp(runTurn);
    await request(test.app).post('/v1/chat/completions').set('x-request-id', 'abc').send(secretChat);
    expect(await lineOf(test)).toEqual({
      level: 'info',
      message: 'POST /v1/chat/completions 200',
      fields: {
        method: 'POST',
        path: '/v1/chat/completions',
        request_id: 'abc',
        status: 200,
        total_ms: expect.any(Number) as number,
        model: 'haiku',
        served: 'claude-haiku-4-5',
        backend: 'cli',
        finish: 'end_turn',
        process: 'warm',
        read_ms: expect.any(Number) as number,
        queue_ms: expect.any(Number) as number,
        acquire_ms: expect.any(Number) as number,
        feed_ms: expect.any(Number) as number,
        first_token_ms: expect.any(Number) as number,
        tokens_in: 18,
        tokens_out: 7,
        tokens_cached: 5,
      },
    });
    expect(test.log.lines).toHaveLength(1);
  });

  it('counts the tokens of all turns of a request, and the time to the first piece of any kind', async () => {
    const call: TurnEvent[] = [
      start,
      { type: 'block_start', id: 0, block: { type: 'tool_use', id: 'toolu_1', name: 'my_secret_tool' } },
      { type: 'input', id: 0, json: '{}' },
      { type: 'block_stop', id: 0 },
      { ...end, stopReason: 'tool_use' },
    ];
    const test = testApp(yielding(...call));
    await request(test.app)
      .post('/v1/chat/completions')
      .send({ ...chat, n: 3 });
    const line = await lineOf(test);
    expect(line?.fields).toMatchObject({
      finish: 'tool_use',
      first_token_ms: expect.any(Number) as number,
      tokens_in: 54,
      tokens_out: 21,
      tokens_cached: 15,
    });
    expect(JSON.stringify(line)).not.toContain('secret');
  });

  it('tells when the first of several turns began, which the client waited for', async () => {
    let turns = 0;
    const runTurn: RunTurn = async function* (_conversation, { onStage }) {
      const isFirst = turns++ === 0;
      if (!isFirst) await new Promise((resolve) => setTimeout(resolve, 300));
      onStage?.({ name: 'admitted', backend: 'cli' });
      onStage?.({ name: 'acquired', process: isFirst ? 'warm' : 'cold' });
      onStage?.({ name: 'fed' });
      yield* eventsOf(['Hi']);
    };
    const test = testApp(runTurn);
    await request(test.app)
      .post('/v1/chat/completions')
      .send({ ...chat, n: 2 });
    const { process: worker, queue_ms: queueMs } = (await lineOf(test))?.fields ?? {};
    expect(worker).toBe('warm');
    expect(queueMs).toBeLessThan(250);
  });

  it('never holds what was asked or answered', async () => {
    for (const runTurn of [answerWith('my secret answer'), failWith(new Error('x'), 'my secret answer')]) {
      const test = testApp(runTurn);
      await request(test.app).post('/v1/chat/completions?q=secret').send(secretChat);
      await request(test.app).post('/v1/chat/completions').set('content-type', 'application/json').send('{secret');
      await lineOf(test);
      expect(JSON.stringify(test.log.lines)).not.toContain('secret');
    }
  });

  it('names a failure with its code, its reason and the facts that are for the log only', async () => {
    const facts = { exit: 1, stderrTail: 'boom', upstreamStatus: 500, cause: new Error('why') };
    const test = testApp(failWith(new HarnessError('CLI_FAILED', 'It ended.', facts)));
    await request(test.app).post('/v1/chat/completions').send(chat);
    expect(await lineOf(test)).toMatchObject({
      level: 'warn',
      fields: { error: 'CLI_FAILED', reason: 'It ended.', exit: 1, stderr: 'boom', upstream_status: 500 },
    });
  });

  it('names a failure that came after the status had gone out', async () => {
    const test = testApp(failWith(new HarnessError('OVERLOADED', 'Busy.'), 'half'));
    await request(test.app)
      .post('/v1/chat/completions')
      .send({ ...chat, stream: true });
    expect(await lineOf(test)).toMatchObject({ fields: { status: 200, error: 'OVERLOADED' } });
  });

  it("writes a client's mistake as information", async () => {
    const test = testApp();
    await request(test.app).get('/none');
    expect(await lineOf(test)).toMatchObject({ level: 'info', fields: { status: 404, error: 'ROUTE_NOT_FOUND' } });
  });

  it.each(['/health', '/ready'])('keeps %s out of the way', async (path) => {
    const test = testApp();
    await request(test.app).get(path);
    expect(await lineOf(test)).toMatchObject({ level: 'debug' });
  });

  it('logs a refused host', async () => {
    const test = testApp();
    await request(test.app).get('/v1/models').set('host', 'evil.example');
    expect(await lineOf(test)).toMatchObject({ fields: { status: 403, error: 'HOST_NOT_ALLOWED' } });
  });
});
