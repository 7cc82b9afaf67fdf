import { describe, expect, it } from 'vitest';
import type {
  WireAuthStatus,
  WireCommandRun,
  WirePoolStats,
  WireSignIn,
} from '../../src/http/routes/owner/owner-schema.ts';
import { sharedHarness } from '../support/shared-harness.ts';

// Nobody is logged in, and Anthropic can't be reached.
const env = { CLAUDE_CODE_OAUTH_TOKEN: '', HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1' };
const shared = sharedHarness(undefined, { claude: { env }, admin: { execute: true, logout: true } });

async function ask(method: string, path: string, body?: object): Promise<{ status: number; body: unknown }> {
  const response = await fetch(shared.harness.url + path, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

describe('the owner of a service without a login', () => {
  it('is told so', async () => {
    const { body } = await ask('GET', '/auth/status');
    expect(body).toMatchObject({ logged_in: false, method: null, service: { reason: 'not_logged_in' } });
  });

  it('signs in in the browser, and is told why it failed', async () => {
    const before = shared.harness.processes();
    const begun = await ask('POST', '/auth/login');
    expect(begun).toMatchObject({ status: 200, body: { state: 'waiting' } });
    const { url, automatic_url: automaticUrl } = begun.body as WireSignIn;
    const link = new URL(url ?? '');
    expect(link.protocol).toBe('https:');
    expect(link.searchParams.get('code_challenge_method')).toBe('S256');
    expect(new URL(automaticUrl ?? '').searchParams.get('redirect_uri')).toMatch(/^http:\/\/localhost:/);
    expect(shared.harness.processes()).toBe(before + 1);
    const refused = await ask('POST', '/auth/login/code', { code: 'made-up' });
    expect(refused.status).toBe(502);
    await expect
      .poll(async () => ((await ask('GET', '/auth/status')).body as WireAuthStatus).sign_in.state)
      .toBe('failed');
    await expect.poll(() => shared.harness.processes()).toBe(before);
  });

  it('may log out all the same', async () => {
    expect(await ask('POST', '/auth/logout')).toEqual({ status: 200, body: { logged_in: false } });
  });

  it('runs commands that report', async () => {
    const version = await ask('POST', '/execute', { command: 'version' });
    expect(version.body).toMatchObject({ status: 'success', returncode: 0, error: '' });
    expect((version.body as WireCommandRun).output).toMatch(/^2\.\d+\.\d+ /);
    const status = await ask('POST', '/execute', { command: 'auth', args: ['status'] });
    // Its exit code says that nobody is logged in.
    expect(status.body).toMatchObject({ status: 'error', returncode: 1 });
    expect(JSON.parse((status.body as WireCommandRun).output)).toMatchObject({ loggedIn: false });
  });

  it('sees the processes that wait', async () => {
    await expect
      .poll(async () => ((await ask('GET', '/v1/pool/stats')).body as WirePoolStats).available_sessions)
      .toBe(1);
  });
});
