import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../src/core/errors.ts';
import { chat, failWith, statusOf, testApp, type Reply } from './test-app.ts';

describe('errorHandler', () => {
  it("gives an error its dialect's status and envelope", async () => {
    const { app } = testApp(failWith(new HarnessError('PROMPT_TOO_LONG', 'Too long.', { param: 'messages' })));
    const { status, body } = (await request(app).post('/v1/chat/completions').send(chat)) as Reply;
    expect(status).toBe(400);
    expect(body).toEqual({
      error: {
        message: 'Too long.',
        type: 'invalid_request_error',
        param: 'messages',
        code: 'context_length_exceeded',
      },
    });
  });

  it('logs what nobody expected, with its cause and the request it came from', async () => {
    const failure = new TypeError('x is not a function');
    const test = testApp(undefined, { status: statusOf({ models: () => Promise.reject(failure) }) });
    const { status } = await request(test.app).get('/v1/models').set('x-request-id', 'abc');
    expect(status).toBe(500);
    expect(test.log.lines).toContainEqual({
      level: 'error',
      message: 'internal error',
      fields: { request_id: 'abc', error: failure },
    });
  });

  it.each(['a string', undefined, null, 7])('survives a thrown %j', async (thrown) => {
    const { status } = await request(testApp(failWith(thrown as unknown as Error)).app)
      .post('/v1/chat/completions')
      .send(chat);
    expect(status).toBe(500);
  });
});
