import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { listen, testApp, type Reply } from '../test-app.ts';

const { app } = testApp(undefined, { allowedHosts: ['harness.home', 'fd00::7'] });
const statusFor = async (host: string) => (await request(app).get('/health').set('host', host)).status;

describe('allowedHosts', () => {
  it.each([
    'localhost',
    'localhost:8013',
    'localhost.',
    'localhost.:8013',
    'LocalHost:1',
    '127.0.0.1',
    '127.0.0.1:8013',
    '127.1.2.3:80',
    '[::1]',
    '[::1]:8013',
    'harness.home',
    'HARNESS.Home:8013',
    'harness.home.',
    '[fd00::7]:8013',
    '[FD00::7]',
  ])('lets %s in', async (host) => {
    expect(await statusFor(host)).toBe(200);
  });

  it.each([
    'evil.example',
    'evil.example:8013',
    'localhost.evil.example',
    'evil.localhost',
    'harness.home.evil.example',
    'xharness.home',
    '127.0.0.1.evil.example',
    '127.0.0.1.nip.io',
    'x127.0.0.1',
    '128.0.0.1',
    '192.168.1.10',
    '0.0.0.0',
    '[::2]',
    '[::1].evil.example',
    '[::1',
    '::1',
    'localhost:80:80',
    'localhost:evil',
    'evil@localhost',
    'localhost/evil',
    '..',
  ])('refuses %s', async (host) => {
    expect(await statusFor(host)).toBe(403);
  });

  it("lets a tunnel's address in while there is one", async () => {
    let publicUrl: string | undefined;
    const { app } = testApp(undefined, { publicUrl: () => publicUrl });
    const statuses = async () =>
      Promise.all(
        ['made-up.example', 'made-up.example:443', 'other.example'].map(
          async (host) => (await request(app).get('/health').set('host', host)).status,
        ),
      );
    expect(await statuses()).toEqual([403, 403, 403]);
    publicUrl = 'https://Made-up.example';
    expect(await statuses()).toEqual([200, 200, 403]);
    publicUrl = undefined;
    expect(await statuses()).toEqual([403, 403, 403]);
  });

  it('refuses a request that names no host', async () => {
    const listening = await listen(app);
    const socket = connect(listening.port, '127.0.0.1');
    socket.write('GET /health HTTP/1.0\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 403 /);
    await listening.close();
  });

  it('says which setting to change', async () => {
    const { body } = (await request(app).get('/health').set('host', 'evil.example')) as Reply;
    expect(body).toMatchObject({ error: { code: 'host_not_allowed' } });
    expect(JSON.stringify(body)).toContain('server.allowed_hosts');
  });

  it('refuses a foreign host before anything else is looked at', async () => {
    for (const path of ['/v1/models', '/no/such/path']) {
      expect((await request(app).get(path).set('host', 'evil.example')).status).toBe(403);
    }
    const chat = request(app).post('/v1/chat/completions').set('host', 'evil.example').type('text').send('{');
    expect((await chat).status).toBe(403);
  });

  it('refuses a foreign host though its page is a listed origin', async () => {
    const test = testApp(undefined, { corsOrigins: ['https://evil.example'] });
    const response = await request(test.app)
      .options('/v1/chat/completions')
      .set({ host: 'evil.example', origin: 'https://evil.example', 'access-control-request-method': 'POST' });
    expect(response.status).toBe(403);
  });
});
