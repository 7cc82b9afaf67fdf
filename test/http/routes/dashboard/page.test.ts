import { readdirSync, readFileSync } from 'node:fs';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { hashToken } from '../../../../src/util/token-hash.ts';
import { testApp, type Reply } from '../../test-app.ts';

// A page must be usable by a browser, which sends no token with it.
const { app } = testApp(undefined, { tokenHashes: [hashToken('right')] });
const get = async (path: string): Promise<Reply> => await request(app).get(path).buffer(true);
const folder = new URL('../../../../src/http/pages/dashboard/', import.meta.url);
const files = readdirSync(folder).filter((name) => /\.(js|css)$/.test(name));

describe('GET /', () => {
  it.each([
    ['text/html,application/xhtml+xml,*/*;q=0.8', 302],
    ['application/json', 200],
    ['*/*', 200],
    ['', 200],
  ])('with accept: %s is %i', async (accept, status) => {
    const reply = await request(app).get('/').set('accept', accept);
    expect([reply.status, reply.headers['location']]).toEqual([status, status === 302 ? 'dashboard' : undefined]);
  });
});

describe('the page', () => {
  it('lets nothing run or load but what this service has, and nobody frame it', async () => {
    const { status, headers } = await get('/dashboard');
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    const policy = headers['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|http|\*/);
  });

  it('has neither scripts nor styles nor handlers within it', async () => {
    const { text } = await get('/dashboard');
    expect(text).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*\ssrc=)|https?:/);
  });

  it('loads what is there', async () => {
    const { text } = await get('/dashboard');
    const loaded = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, path = '']) => path);
    for (const path of loaded.filter((path) => !path.startsWith('data:'))) {
      const { status, headers } = await get(`/${path}`);
      expect([path, status, headers['x-content-type-options']]).toEqual([path, 200, 'nosniff']);
    }
  });

  it.each(files)('has %s, which imports what is there', async (name) => {
    const { status, headers } = await get(`/dashboard/assets/${name}`);
    expect([status, headers['content-type']]).toEqual([
      200,
      `text/${name.endsWith('css') ? 'css' : 'javascript'}; charset=utf-8`,
    ]);
    const imported = [...readFileSync(new URL(name, folder), 'utf8').matchAll(/^import .* from '\.\/(.*)';/gm)];
    for (const [, module = ''] of imported) expect(files).toContain(module);
  });

  it.each(['tsconfig.json', 'index.html', '..%2Fpage.ts', 'nothing.js'])('has no asset %s', async (name) => {
    expect((await request(app).get(`/dashboard/assets/${name}`).set('x-api-key', 'right')).status).toBe(404);
  });

  it('is at one address, to which its own are relative', async () => {
    const reply = await get('/dashboard/');
    expect([reply.status, reply.headers['location']]).toEqual([302, '../dashboard']);
  });
});
