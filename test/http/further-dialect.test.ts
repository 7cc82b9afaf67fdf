import { Validator } from '@seriousme/openapi-schema-validator';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../src/core/errors.ts';
import { endpoints } from '../../src/http/routes/table.ts';
import { answerWith, failWith, statusOf, testApp, type Reply } from './test-app.ts';
import { toy } from './toy-dialect/endpoint.ts';

const bases = ['', '/sdk', '/api'];
const ask = { ask: 'Hello' };
const direct = {
  runTurn: answerWith('Hi, ', 'you'),
  status: statusOf(),
  readiness: () => ({ ready: true }) as const,
  turns: () => ({ active: 0, queued: 0 }),
};
/** One line in the table is all that a dialect needs. */
const withToy = { endpoints: [...endpoints, toy], direct };

describe('a further dialect', () => {
  const { app } = testApp(answerWith('Hi, ', 'you'), withToy);
  const post = async (path: string, body: object): Promise<Reply> => await request(app).post(path).send(body);

  it.each(bases)('has its route under %j', async (base) => {
    expect((await post(`${base}/v1/toy`, ask)).body).toEqual({ said: 'Hi, you' });
  });

  it('streams in frames of its own', async () => {
    const { text } = await post('/v1/toy', { ...ask, live: true });
    expect(text).toBe('data: {"say":"Hi, "}\n\ndata: {"say":"you"}\n\ndata: bye\n\n');
  });

  it.each(bases)('answers 405 to other methods under %j, as its clients know failures', async (base) => {
    const { status, headers, body } = (await request(app).get(`${base}/v1/toy`)) as Reply;
    expect([status, headers['allow'], body]).toEqual([500, 'POST', { sorry: 'This path answers POST only.' }]);
  });

  it('has its own errors: for requests, turns, broken streams, and what is refused before the route', async () => {
    expect(await post('/v1/toy', {})).toMatchObject({ status: 422, body: { sorry: 'ask: must be a text.' } });
    const late = testApp(failWith(new HarnessError('TURN_TIMEOUT', 'Late.'), 'Well'), withToy).app;
    expect((await request(late).post('/v1/toy').send(ask)).body).toEqual({ sorry: 'Late.' });
    const broken = (await request(late)
      .post('/v1/toy')
      .send({ ...ask, live: true })) as Reply;
    expect(broken.text).toBe('data: {"say":"Well"}\n\ndata: {"say":"failed: TURN_TIMEOUT"}\n\n');
    const elsewhere = (await request(app).post('/v1/toy').set('host', 'evil.example').send(ask)) as Reply;
    expect(elsewhere.body).toHaveProperty('sorry');
  });

  it('gets the default model where a request names none', async () => {
    const test = testApp(undefined, { ...withToy, defaultModel: 'opus' });
    await request(test.app).post('/v1/toy').send(ask);
    expect(test.log.lines.at(-1)).toMatchObject({ message: 'POST /v1/toy 200', fields: { model: 'opus' } });
  });

  it('is counted under its own name', async () => {
    const test = testApp(undefined, withToy);
    await request(test.app).post('/sdk/v1/toy').send(ask);
    expect((await request(test.app).get('/metrics')).text).toContain(
      'claude_harness_requests_total{route="/sdk/v1/toy",dialect="toy",status="200"} 1',
    );
  });

  it('has its place in the description of the API, which stays valid', async () => {
    const { body: document } = (await request(app).get('/openapi.json')) as Reply;
    expect(document).toMatchObject({
      paths: {
        '/v1/toy': {
          post: {
            operationId: 'askToy',
            requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/ToyRequest' } } } },
            responses: { 200: {}, 422: {}, 500: {} },
          },
        },
      },
      components: { schemas: { ToyRequest: {}, ToyAnswer: {}, ToyEvent: {}, ToyError: {} } },
    });
    expect((await new Validator().validate(document as Record<string, unknown>)).errors).toBeUndefined();
  });
});
