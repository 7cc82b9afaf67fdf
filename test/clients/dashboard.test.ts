import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page, type Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { FullHealth } from '../../src/http/routes/health-schema.ts';
import { hashToken } from '../../src/util/token-hash.ts';
import { root } from '../support/root.ts';
import { startRestartable, type RestartableService } from './support/restartable-service.ts';
import { quotaAt } from './support/quota.ts';
import { seedUse } from './support/seeded-use.ts';

/** Debian's. */
const executablePath = '/usr/bin/chromium';
const pictures = join(root, 'test-results');
/** A picture of one dot. */
const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let service: RestartableService;
let browser: Browser;

beforeAll(async () => {
  const now = Date.now();
  service = await startRestartable((home) => {
    seedUse(home, now);
  }, {});
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser.close();
  await service.stop();
});

/** What must not be there at the end of a test. */
let faults: string[] = [];
const contexts: BrowserContext[] = [];
afterEach(async () => {
  await Promise.all(contexts.splice(0).map((context) => context.close()));
  const found = faults;
  faults = [];
  expect(found).toEqual([]);
});

interface OpenOptions {
  width?: number;
  colorScheme?: 'light' | 'dark';
  /** Whether the service is to say that there are agents. */
  agents?: boolean;
  /** Whether the browser may note a request that has failed; asked once for each note. */
  mayFail?: () => boolean;
}

/** Opens the page in a browser of its own, which notes whatever is wrong. */
async function open({
  width = 1280,
  colorScheme = 'light',
  agents = false,
  mayFail = () => false,
}: OpenOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  contexts.push(context);
  await context.route('**', async (route) => {
    const { origin, pathname } = new URL(route.request().url());
    if (origin !== service.url) {
      faults.push(`it asked ${origin}`);
      await route.abort();
    } else if (pathname === '/v1/usage/quota') await route.fulfill({ json: quotaAt(Date.now()) });
    else if (agents && pathname === '/dashboard/session')
      await route.fulfill({ json: { role: 'owner', client: null, agents } });
    // The service has none.
    else if (agents && pathname === '/permissions/stream')
      await route.fulfill({ contentType: 'text/event-stream', body: '' });
    else await route.continue();
  });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' && !mayFail()) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  // A browser is led to the page.
  await page.goto(service.url);
  expect(new URL(page.url()).pathname).toBe('/dashboard');
  return page;
}

const isLive = (page: Page) => page.getByText('Live', { exact: true }).waitFor();
const ask = async (client: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${service.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-user-id': client, ...headers },
    body: JSON.stringify({ model: 'claude-haiku-4-5', messages: [{ role: 'user', content: 'Hello' }] }),
  });
const rowOf = (page: Page, section: string, client: string) =>
  page.locator(`#${section} tbody tr`).filter({ hasText: client });
/** Says more and more, until it is ended. */
const endless = { kind: 'answer', words: 100_000, deltaEveryMs: 20 } as const;

/** Has the service say of its CLI's login, which is a made-up key, what it would say of another. */
const sayOfLogin = (page: Page, login: Pick<FullHealth, 'can_sign_in'>) =>
  page.route('**/health', async (route) => {
    const health = (await (await route.fetch()).json()) as FullHealth;
    await route.fulfill({ json: { ...health, ...login } });
  });

interface Violation {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** What keeps somebody from using the page. The program is evaluated by the browser, which no policy of a page forbids. */
async function barriers(page: Page, within = 'body'): Promise<string[]> {
  const found = await page.evaluate(`${axe}; axe.run('${within}').then(({ violations }) => violations)`);
  return (found as Violation[]).flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => `${id}: ${html} ${failureSummary}`),
  );
}

const screenshot = (page: Page, name: string) =>
  page.screenshot({ path: join(pictures, `dashboard-${name}.png`), fullPage: true });

test('shows the service, and each request as it ends', async () => {
  const page = await open();
  await isLive(page);
  await page.getByText('Ready', { exact: true }).waitFor();
  await page.getByRole('meter', { name: '5 hours' }).waitFor();
  await page.getByRole('img', { name: /^Requests: \d+ in all/ }).waitFor();
  await expect.poll(() => page.locator('#requests tbody tr').count()).toBe(20);
  await expect.poll(() => page.locator('#chat option').count()).toBeGreaterThan(0);
  expect(await barriers(page)).toEqual([]);
  await screenshot(page, '1280-light');

  expect((await ask('fridge')).status).toBe(200);
  await rowOf(page, 'requests', 'fridge').waitFor();
  await rowOf(page, 'clients', 'fridge').waitFor();
  await rowOf(page, 'requests', 'fridge').getByRole('button').press('Enter');
  await page.getByRole('dialog').getByText('fridge').waitFor();
  await page.keyboard.press('Escape');

  await page.getByLabel('Client', { exact: true }).fill('fridge');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.locator('#requests tbody tr').count()).toBe(1);
  await page.getByRole('radio', { name: 'Today' }).press('ArrowRight');
  await page.getByText('The same as a table').click();
  await expect.poll(() => page.locator('#usage tbody tr').count()).toBe(7);
});

test('says where the use shown is of one machine alone, and no longer once it is of all', async () => {
  const page = await open();
  await isLive(page);
  let incomplete: string | undefined = 'The database is away.';
  await page.route('**/v1/usage?*', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...((await response.json()) as object), incomplete } });
  });
  const notes = page.getByText('The database is away.');
  await page.getByRole('radio', { name: 'Today' }).press('ArrowRight');
  await expect.poll(() => notes.count()).toBe(3);
  incomplete = undefined;
  await page.getByRole('radio', { name: '7 days' }).press('ArrowLeft');
  await expect.poll(() => notes.count()).toBe(0);
});

test('fits a phone, in the dark', async () => {
  const page = await open({ width: 390, colorScheme: 'dark' });
  await isLive(page);
  await page.getByRole('img', { name: /^Requests: \d+ in all/ }).waitFor();
  await expect.poll(() => page.locator('#requests tbody tr').count()).toBe(20);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  expect(await barriers(page)).toEqual([]);
  await screenshot(page, '390-dark');
});

test('cancels a request that is being answered', async () => {
  service.standIn.behave(endless);
  const page = await open();
  await page.getByRole('radio', { name: 'Today' }).press('ArrowRight');
  const answer = ask('lamp');
  const turn = rowOf(page, 'turns', 'lamp');
  await turn.waitFor();
  await expect.poll(async () => Number(await turn.locator('td').nth(2).textContent())).toBeGreaterThan(5);
  await page.locator('#state').getByText('1 running, 0 waiting').waitFor();
  // Of which docs/dashboard.webp is a copy.
  await page.screenshot({
    path: join(pictures, 'dashboard-1280-top.png'),
    clip: { x: 0, y: 0, width: 1280, height: 720 },
  });
  await turn.getByRole('button').press('Enter');
  const reply = await answer;
  expect([reply.status, await reply.json()]).toMatchObject([499, { error: { code: 'turn_cancelled' } }]);
  await turn.waitFor({ state: 'detached' });
  await rowOf(page, 'requests', 'lamp').getByText('499 TURN_CANCELLED').waitFor();
  expect(await barriers(page, '#turns')).toEqual([]);
});

test('lets somebody try a model, with a system prompt and a picture', async () => {
  service.standIn.behave({ kind: 'answer', text: 'A very small picture.' });
  const page = await open();
  await page.getByLabel('System prompt').fill('Be brief.');
  await page.getByLabel('Image').setInputFiles({
    name: 'dot.png',
    mimeType: 'image/png',
    buffer: Buffer.from(dot, 'base64'),
  });
  await page.getByLabel('Message').fill('What is this?');
  await expect.poll(() => page.locator('#chat option').count()).toBeGreaterThan(0);
  await page.getByLabel('Message').press('Control+Enter');
  await page.getByRole('log').getByText('A very small picture.').waitFor();
  const asked = JSON.stringify(service.standIn.requests.at(-1)?.body);
  for (const part of ['Be brief.', dot, 'What is this?']) expect(asked).toContain(part);

  service.standIn.behave(endless);
  await page.getByLabel('Message').fill('And this?');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('log').getByText('word3').waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect.poll(() => page.getByRole('button', { name: 'Send' }).isEnabled()).toBe(true);
  await rowOf(page, 'turns', 'dashboard').waitFor({ state: 'detached' });
  expect(await barriers(page, '#chat')).toEqual([]);
});

test('shows what agents ask, and answers it', async () => {
  const page = await open({ agents: true });
  const question = {
    ...{ type: 'permission_request', request_id: 'sevt_1', session_id: 'sesn_1', agent: 'tidy', tool_name: 'bash' },
    ...{
      input: { command: 'rm -r old-photos' },
      tool_input: {},
      created_at: '',
      expires_at: null,
      timeout_seconds: null,
    },
  };
  const answers: unknown[] = [];
  await page.route('**/permissions/stream', (route) =>
    route.fulfill({
      contentType: 'text/event-stream',
      body: `event: permission_request\ndata: ${JSON.stringify(question)}\n\n`,
    }),
  );
  await page.route('**/permissions/sevt_1/respond', (route) => {
    answers.push(route.request().postDataJSON());
    return route.fulfill({ json: {} });
  });
  await page.reload();
  await page.getByText('rm -r old-photos').waitFor();
  expect(await barriers(page, '#questions')).toEqual([]);
  await page.getByRole('button', { name: 'Deny' }).click();
  await expect.poll(() => answers).toEqual([{ allowed: false }]);
});

test('logs the CLI in: a link out, and a code back', async () => {
  const link = 'https://claude.example/authorize?state=s';
  const codes: unknown[] = [];
  let isLoggedIn = false;
  // The browser notes each, be it a little later.
  let refused = 0;
  const page = await open({ mayFail: () => refused-- > 0 });
  const refuse = (route: Route, status: number, json: object) => {
    refused += 1;
    return route.fulfill({ status, json });
  };
  await page.route('**/ready', (route) =>
    isLoggedIn
      ? route.fulfill({ json: { status: 'ready' } })
      : refuse(route, 503, { status: 'not_ready', reason: 'not_logged_in', message: 'No login.' }),
  );
  await sayOfLogin(page, { can_sign_in: true });
  await page.route('**/auth/login', (route) => route.fulfill({ json: { state: 'waiting', url: link } }));
  await page.route('**/auth/login/code', async (route) => {
    codes.push(route.request().postDataJSON());
    if (codes.length === 1) {
      await refuse(route, 400, { error: { message: 'code: expected another one.' } });
    } else {
      isLoggedIn = true;
      await route.fulfill({ json: { state: 'signed_in' } });
    }
  });
  await page.reload();
  await page.getByRole('button', { name: 'Sign in with a browser' }).click();
  expect(await page.getByRole('link', { name: 'Sign in at Anthropic' }).getAttribute('href')).toBe(link);
  expect(await barriers(page, '#sign-in')).toEqual([]);
  await page.getByLabel('The code').fill('abc');
  await page.keyboard.press('Enter');
  await page.getByText('code: expected another one.').waitFor();
  await page.getByLabel('The code').fill('abc#def');
  await page.keyboard.press('Enter');
  await page.locator('#sign-in').waitFor({ state: 'hidden' });
  await page.getByText('Ready', { exact: true }).waitFor();
  expect(codes).toEqual([{ code: 'abc' }, { code: 'abc#def' }]);
});

test('offers no sign-in for a token, and says what to do instead', async () => {
  const page = await open({ mayFail: () => true });
  const message = 'No login: make a new token with `claude setup-token`.';
  await page.route('**/ready', (route) =>
    route.fulfill({ status: 503, json: { status: 'not_ready', reason: 'not_logged_in', message } }),
  );
  await sayOfLogin(page, { can_sign_in: false });
  await page.reload();
  await page.locator('#state').getByText('make a new token with').waitFor();
  expect(await page.locator('#sign-in').isHidden()).toBe(true);
});

test('goes on after a restart of the service', async () => {
  let isAway = false;
  service.standIn.behave({ kind: 'answer' });
  const page = await open({ mayFail: () => isAway });
  await isLive(page);
  isAway = true;
  await service.end();
  await page.getByText('Not connected; trying again').waitFor();
  await service.begin();
  await isLive(page);
  isAway = false;
  await ask('doorbell');
  await rowOf(page, 'requests', 'doorbell').waitFor();
});

test('asks for a token, and lets a viewer see but not cancel', async () => {
  await service.end();
  await service.begin({
    server: {
      tokens: [
        { hash: hashToken('for the owner'), name: 'Ada', role: 'owner' },
        { hash: hashToken('for the viewer'), name: 'Bob', role: 'viewer' },
      ],
    },
  });
  service.standIn.behave(endless);
  const answer = ask('', { 'x-api-key': 'for the owner' });
  let noted = 0;
  const page = await open({ mayFail: () => noted++ === 0 });
  const logIn = async (token: string) => {
    await page.getByLabel('A token of this service').fill(token);
    await page.keyboard.press('Enter');
  };
  await logIn('wrong');
  await page.getByRole('alert').getByText('The token is wrong').waitFor();
  // The browser's own note of that may come after the page's.
  await expect.poll(() => noted).toBe(1);
  expect(await barriers(page, '#login')).toEqual([]);
  await logIn('for the viewer');
  await page.getByText('Bob (viewer)').waitFor();
  expect(await page.evaluate('document.cookie')).toBe('');
  await rowOf(page, 'turns', 'Ada').waitFor();
  expect(await page.locator('#turns').getByRole('button').count()).toBe(0);

  await page.getByRole('button', { name: 'Log out' }).click();
  await logIn('for the owner');
  await page.getByText('Ada (owner)').waitFor();
  await rowOf(page, 'turns', 'Ada').getByRole('button').click();
  expect((await answer).status).toBe(499);
});
