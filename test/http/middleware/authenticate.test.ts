import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { hashToken } from '../../../src/util/token-hash.ts';
import { chat, testApp, type Reply } from '../test-app.ts';

const guarded = testApp(undefined, { tokenHashes: [hashToken('first'), hashToken('second')] });
const statusWith = async (headers: Record<string, string>) =>
  (await request(guarded.app).get('/v1/models').set(headers)).status;

describe('authenticate', () => {
  it.each([
    { authorization: 'Bearer first' },
    { authorization: 'Bearer second' },
    { authorization: 'bearer   second' },
    { 'x-api-key': 'first' },
    { authorization: 'Bearer wrong', 'x-api-key': 'second' },
    { authorization: 'Basic abc', 'x-api-key': 'second' },
  ])('lets %j in', async (headers) => {
    expect(await statusWith(headers)).toBe(200);
  });

  it.each([
    {},
    { authorization: 'Bearer wrong' },
    { authorization: 'Bearer' },
    { authorization: 'Bearer ' },
    { authorization: 'first' },
    { authorization: 'Basic first' },
    { authorization: 'Bearer firs' },
    { authorization: 'Bearer first2' },
    { authorization: `Bearer ${hashToken('first')}` },
    { 'x-api-key': '' },
    { 'x-api-key': 'FIRST' },
  ])('refuses %j', async (headers) => {
    expect(await statusWith(headers as Record<string, string>)).toBe(401);
  });

  it('says how to come in', async () => {
    const { headers, body } = (await request(guarded.app).get('/v1/models')) as Reply;
    expect(headers['www-authenticate']).toBe('Bearer');
    expect(body).toMatchObject({ error: { code: 'invalid_api_key' } });
  });

  it('guards turns and unknown paths too, and does not read the body of a stranger', async () => {
    expect((await request(guarded.app).post('/v1/chat/completions').send(chat)).status).toBe(401);
    expect((await request(guarded.app).get('/no/such/path')).status).toBe(401);
    const broken = request(guarded.app).post('/v1/chat/completions').type('json').send('{');
    expect((await broken).status).toBe(401);
  });

  it('lets everyone in, whatever key they send, where no token is configured', async () => {
    const response = await request(testApp().app).get('/v1/models').set('authorization', 'Bearer any');
    expect(response.status).toBe(200);
  });
});
