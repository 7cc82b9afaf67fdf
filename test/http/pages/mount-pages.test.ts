import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { hashToken } from '../../../src/util/token-hash.ts';
import { testApp, type Reply } from '../test-app.ts';

// A page must be usable by a browser, which sends no token with it.
const { app } = testApp(undefined, { tokenHashes: [hashToken('right')] });
const get = async (path: string): Promise<Reply> => await request(app).get(path).buffer(true);

interface Loaded {
  path: string;
  type: string;
  text: string;
  headers: Reply['headers'];
}

/** The page with whatever it loads, and what that loads, as far as markup, styles and modules say. */
async function load(path: string, seen = new Map<string, Loaded>()): Promise<Map<string, Loaded>> {
  if (seen.has(path)) return seen;
  const { status, headers, text, body } = await get(path);
  expect([path, status]).toEqual([path, 200]);
  // The test client gives scripts as bytes.
  const content = Buffer.isBuffer(body) ? body.toString() : text;
  const type = (headers['content-type'] ?? '').split(';')[0] ?? '';
  seen.set(path, { path, type, text: content, headers });
  for (const reference of referencesIn(type, content)) {
    if (reference.startsWith('data:')) continue;
    const url = new URL(reference, `http://harness.invalid${path}`);
    expect(url.origin).toBe('http://harness.invalid');
    await load(url.pathname, seen);
  }
  return seen;
}

const patterns: Readonly<Record<string, RegExp>> = {
  'text/html': /(?:src|href|action)="([^"]*)"/g,
  'text/css': /(?:url\(|@import\s)\s*["']?([^"')]*)/g,
  'text/javascript': /^import .* from '([^']*)'/gm,
};

function referencesIn(type: string, text: string): string[] {
  return [...text.matchAll(patterns[type] ?? /$^/g)].map(([, reference = '']) => reference);
}

describe.each([
  ['/docs', ['swagger-ui.css', 'swagger-ui.js', 'start-swagger.js', 'load.js']],
  ['/redoc', ['redoc.js', 'start-redoc.js', 'load.js']],
])('the page %s', (path, assets) => {
  it('consists of what this service has, and nothing of it comes from elsewhere', async () => {
    const loaded = await load(path);
    expect([...loaded.keys()].toSorted()).toEqual([path, ...assets.map((name) => `/docs/assets/${name}`)].toSorted());
    for (const { text, type, headers } of loaded.values()) {
      expect(text.length).toBeGreaterThan(100);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(['text/html', 'text/css', 'text/javascript']).toContain(type);
    }
  });

  it('forbids the browser to load anything from elsewhere', async () => {
    const { headers } = await get(path);
    const directives = new Map(
      (headers['content-security-policy'] ?? '').split('; ').map((directive) => {
        const [name = '', ...sources] = directive.split(' ');
        return [name, sources] as const;
      }),
    );
    expect(directives.get('default-src')).toEqual(["'none'"]);
    expect(directives.get('script-src')).toEqual(["'self'"]);
    expect(directives.get('connect-src')).toEqual(["'self'"]);
    const allowed = new Set(["'none'", "'self'", "'unsafe-inline'", 'data:', 'blob:']);
    expect([...directives.values()].flat().filter((source) => !allowed.has(source))).toEqual([]);
  });

  it('is for hosts that this service answers for, and takes nothing but GET', async () => {
    expect((await request(app).get(path).set('host', 'evil.example')).status).toBe(403);
    const posted = await request(app).post(path);
    expect([posted.status, posted.headers['allow']]).toEqual([405, 'GET']);
  });
});

describe('the scripts of the pages', () => {
  const text = async (name: string) => (await load(`/docs/assets/${name}`)).get(`/docs/assets/${name}`)?.text ?? '';

  it('have no picture, font or style that Redoc would fetch from its maker', async () => {
    const addresses = (await text('redoc.js')).match(/https?:\/\/[\w.-]+\/[\w./-]*/g) ?? [];
    expect(addresses.filter((address) => /\.(?:svg|png|jpe?g|woff2?|css|js)$/.test(address))).toEqual([]);
    expect(addresses.filter((address) => /cdn|fonts/.test(address))).toEqual([]);
  });

  it('do not let Swagger ask its maker whether the description is valid', async () => {
    expect(await text('start-swagger.js')).toContain('validatorUrl: null');
  });

  it('ask for the token where there is any, and send it as a bearer token', async () => {
    const script = await text('load.js');
    expect(script).toContain("'Bearer ' + token");
    expect(script).not.toMatch(/localStorage|sessionStorage|cookie/);
  });
});
