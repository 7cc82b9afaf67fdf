import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { chat, testApp, type Reply } from '../test-app.ts';

const nested = (levels: number): unknown => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`) as unknown;

async function post(path: string, body: object, text = JSON.stringify(body)): Promise<Reply> {
  return request(testApp().app).post(path).set('content-type', 'application/json').send(text);
}

const withSchema = (parameters: unknown) => ({
  ...chat,
  tools: [{ type: 'function', function: { name: 'deep', parameters } }],
});

describe('limitDepth', () => {
  it('takes what is nested as deep as anybody means', async () => {
    expect((await post('/v1/chat/completions', { ...chat, metadata: nested(400) })).status).toBe(200);
  });

  it('refuses what would overflow the stack of who writes it on, and names the field', async () => {
    const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    const text = JSON.stringify(withSchema('HOLE')).replace('"HOLE"', deep);
    const { status, body } = await post('/v1/chat/completions', {}, text);
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { code: 'invalid_request', param: 'tools' } });
  });

  it('names it to clients of Anthropic as well', async () => {
    const { status, body } = await post('/v1/messages', { model: 'haiku', max_tokens: 1, messages: nested(501) });
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { message: expect.stringMatching(/^messages: nested/) as string } });
  });

  it('does not repeat a name that is none', async () => {
    const { body } = await post('/v1/chat/completions', { ...chat, 'what I think\r\n': nested(501) });
    expect(body).toMatchObject({ error: { param: 'body' } });
  });
});
