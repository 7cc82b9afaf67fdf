import request from 'supertest';
import { describe, expect, it, vi } from 'vitest';
import { statusOf, testApp, type Reply } from '../test-app.ts';

const { app } = testApp();

describe('GET /v1/models', () => {
  it('lists the models', async () => {
    const { body } = (await request(app).get('/v1/models')) as Reply;
    expect(body).toMatchObject({
      object: 'list',
      data: [
        { id: 'haiku', object: 'model', owned_by: 'anthropic' },
        { id: 'a/b', object: 'model' },
      ],
    });
  });

  it.each(['haiku', 'a/b', 'a%2Fb'])('shows the model %s', async (name) => {
    const { status, body } = (await request(app).get(`/v1/models/${name}`)) as Reply;
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: decodeURIComponent(name) });
  });

  it('tells the context window of a model that is asked for by its name', async () => {
    const contextWindow = vi.fn((_model: string) => Promise.resolve(200_000));
    const test = testApp(undefined, { status: statusOf({ contextWindow }) });
    await request(test.app).get('/v1/models');
    expect(contextWindow).not.toHaveBeenCalled();
    const { body } = (await request(test.app).get('/v1/models/a/b')) as Reply;
    expect(body).toMatchObject({ x_claude: { context_window: 200_000, effort_levels: [] } });
    expect(contextWindow.mock.calls).toEqual([['a/b']]);
  });

  it('answers for a model that there is not with 404', async () => {
    const { status, body } = (await request(app).get('/v1/models/gpt-5')) as Reply;
    expect(status).toBe(404);
    expect(body).toMatchObject({ error: { code: 'model_not_found', param: 'model' } });
  });

  it('answers for a name that cannot be decoded with 400', async () => {
    expect((await request(app).get('/v1/models/%E0%A4%A')).status).toBe(400);
  });
});
