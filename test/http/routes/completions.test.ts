import request from 'supertest';
import { describe, expect, it } from 'vitest';
import type { Conversation } from '../../../src/core/conversation.ts';
import { HarnessError } from '../../../src/core/errors.ts';
import type { RunTurn } from '../../../src/core/backend.ts';
import { end, failWith, start, testApp, yielding, type Reply, type TestApp } from '../test-app.ts';
import { framesOf } from './ask.ts';

const ask = ({ app }: TestApp, body: object = {}) =>
  request(app)
    .post('/v1/completions')
    .send({ model: 'haiku', prompt: 'Once', ...body });

const thoughtful = yielding(
  start,
  { type: 'block_start', id: 0, block: { type: 'thinking' } },
  { type: 'thinking', id: 0, text: 'Hm.' },
  { type: 'block_stop', id: 0 },
  { type: 'block_start', id: 0, block: { type: 'text' } },
  { type: 'text', id: 0, text: ' upon' },
  { type: 'text', id: 0, text: ' a time' },
  { type: 'block_stop', id: 0 },
  end,
);

describe('POST /v1/completions', () => {
  it('answers each prompt with its text, and the tokens of all', async () => {
    const asked: Conversation[] = [];
    const runTurn: RunTurn = (conversation, options, signal) => {
      asked.push(conversation);
      return thoughtful(conversation, options, signal);
    };
    const { status, headers, body } = (await ask(testApp(runTurn), { prompt: ['Once', 'Then'], seed: 1 })) as Reply;
    expect(status).toBe(200);
    expect(headers['x-claude-harness-ignored']).toBe('seed');
    const choice = { text: ' upon a time', logprobs: null, finish_reason: 'stop' };
    expect(body).toMatchObject({
      object: 'text_completion',
      choices: [
        { ...choice, index: 0 },
        { ...choice, index: 1 },
      ],
      usage: { total_tokens: 50 },
    });
    expect((body as { id: string }).id).toMatch(/^cmpl-/);
    expect(asked.map(({ messages }) => messages[0]?.content)).toEqual([
      [{ type: 'text', text: 'Once' }],
      [{ type: 'text', text: 'Then' }],
    ]);
  });

  it('streams the text in its pieces, without thinking or a role', async () => {
    const { text } = await ask(testApp(thoughtful), { stream: true, stream_options: { include_usage: true } });
    const frames = framesOf(text);
    expect(frames.pop()).toBe('[DONE]');
    const pieces = frames.map((frame) => JSON.parse(frame) as { choices: { text: string; finish_reason: unknown }[] });
    expect(pieces.map(({ choices }) => choices.map((choice) => [choice.text, choice.finish_reason]))).toEqual([
      [[' upon', null]],
      [[' a time', null]],
      [['', 'stop']],
      [],
    ]);
    expect(pieces.at(-1)).toMatchObject({ usage: { total_tokens: 25 } });
  });

  it.each([true, false])('gives a failure its own status (stream: %s)', async (stream) => {
    const failing = failWith(new HarnessError('OVERLOADED', 'Busy.'));
    const { status, body } = (await ask(testApp(failing), { stream })) as Reply;
    expect(status).toBe(503);
    expect(body).toMatchObject({ error: { code: 'overloaded' } });
  });

  it('ends a stream that fails half-way with an error frame', async () => {
    const failing = failWith(new HarnessError('OVERLOADED', 'Busy.'), 'half');
    const { text } = await ask(testApp(failing), { stream: true });
    expect(text).toContain('"text":"half"');
    expect(framesOf(text).at(-1)).toContain('"code":"overloaded"');
  });
});
