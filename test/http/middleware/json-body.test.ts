import { gzipSync } from 'node:zlib';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { chat, testApp, type Reply } from '../test-app.ts';

const { app, log } = testApp(undefined, { bodyLimitBytes: 2048 });
const post = (contentType: string) => request(app).post('/v1/chat/completions').set('content-type', contentType);
const json = JSON.stringify(chat);
const big = JSON.stringify({ ...chat, messages: [{ role: 'user', content: 'x'.repeat(5000) }] });

describe('jsonBody', () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON ;charset=UTF-8'])(
    'reads %s',
    async (type) => {
      expect((await post(type).send(json)).status).toBe(200);
    },
  );

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'multipart/form-data; boundary=x'])(
    'refuses %s, which a web page may send without asking',
    async (type) => {
      const { status, body } = (await post(type).send(json)) as Reply;
      expect(status).toBe(415);
      expect(body).toMatchObject({ error: { code: 'unsupported_media_type' } });
    },
  );

  it('refuses a body without a type', async () => {
    const response = await post('application/json').unset('content-type').send(Buffer.from(json));
    expect(response.status).toBe(415);
  });

  it('refuses a charset that is not Unicode', async () => {
    expect((await post('application/json; charset=latin1').send(json)).status).toBe(415);
  });

  it.each(['{', '{"model":', 'hello', '{"a":1}}'])('answers for %j with 400', async (broken) => {
    const { status, body } = (await post('application/json').send(broken)) as Reply;
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { code: 'invalid_request', message: 'The request body is not valid JSON.' } });
  });

  it.each(['null', '[]', '7', '"text"', '', '{}'])('answers for the body %j with 400', async (body) => {
    expect((await post('application/json').send(body)).status).toBe(400);
  });

  it('refuses a body above the limit with 413', async () => {
    const { status, body } = (await post('application/json').send(big)) as Reply;
    expect(status).toBe(413);
    expect(body).toMatchObject({ error: { code: 'request_too_large' } });
  });

  it('reads a compressed body', async () => {
    const sent = post('application/json').set('content-encoding', 'gzip');
    sent.write(gzipSync(json));
    expect((await sent).status).toBe(200);
  });

  it('measures a compressed body by what is in it', async () => {
    const sent = post('application/json').set('content-encoding', 'gzip');
    sent.write(gzipSync(big));
    expect((await sent).status).toBe(413);
  });

  it('blames the client for a compressed body that is damaged', async () => {
    const sent = post('application/json').set('content-encoding', 'gzip');
    sent.write(Buffer.concat([gzipSync(json).subarray(0, 20), Buffer.from('damage')]));
    expect((await sent).status).toBe(400);
    expect(log.lines.some(({ level }) => level === 'error')).toBe(false);
  });

  it('refuses an encoding that it does not know', async () => {
    const sent = post('application/json').set('content-encoding', 'rot13');
    sent.write(json);
    expect((await sent).status).toBe(415);
  });
});
