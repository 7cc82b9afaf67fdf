import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { testApp, type Reply } from '../test-app.ts';

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

  it('answers LiteLLM’s clients in LiteLLM’s form', async () => {
    const { body } = (await request(app).get('/v1/model/info')) as Reply;
    expect(body).toMatchObject({
      data: [{ model_name: 'haiku', model_info: { mode: 'chat' } }, { model_name: 'a/b' }],
    });
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
