import request from 'supertest';
import { describe, expect, it } from 'vitest';
import type { RunTurn } from '../../../src/core/backend.ts';
import { eventsOf, statusOf, testApp } from '../test-app.ts';

const messages = [{ role: 'user', content: 'Hi' }];
const requests = [
  ['/v1/chat/completions', { messages }],
  ['/v1/completions', { prompt: 'Hi' }],
  ['/v1/responses', { input: 'Hi' }],
  ['/v1/messages', { messages, max_tokens: 9 }],
] as const;

describe('a request that names no model', () => {
  it.each(requests.flatMap(([path, body]) => [[path, body] as const, [path, { ...body, model: null }] as const]))(
    'to %s gets the default one: %j',
    async (path, body) => {
      const models: string[] = [];
      const runTurn: RunTurn = async function* (_conversation, { model }) {
        await Promise.resolve();
        models.push(model);
        yield* eventsOf(['Hi']);
      };
      const { app } = testApp(runTurn, { defaultModel: 'opus' });
      expect((await request(app).post(path).send(body)).status).toBe(200);
      expect(models).toEqual(['opus']);
    },
  );

  it('is counted for the default one', async () => {
    const models: string[] = [];
    const countTokens = (_conversation: object, { model }: { model: string }) => {
      models.push(model);
      return Promise.resolve({ inputTokens: 3 });
    };
    const { app } = testApp(undefined, { defaultModel: 'opus', status: statusOf({ countTokens }) });
    expect((await request(app).post('/v1/messages/count_tokens').send({ messages })).status).toBe(200);
    expect(models).toEqual(['opus']);
  });
});
