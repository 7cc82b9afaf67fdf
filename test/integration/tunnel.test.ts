import { execa } from 'execa';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { hashToken } from '../../src/util/token-hash.ts';
import { isAlive } from '../process/fixture.ts';
import { builtProgram } from '../support/service/built-program.ts';
import { makeHome, processesOf } from '../support/service/home.ts';
import { startPublicService, token } from '../support/service/public-service.ts';
import { started, type Stoppable } from '../support/started.ts';

/** Programs that print what cloudflared, ngrok and ssh print. */
const programs = fileURLToPath(new URL('../fixtures/tunnel', import.meta.url));
const path = `${programs}:${process.env['PATH'] ?? ''}`;

let stoppable: Stoppable | undefined;

afterEach(async () => {
  await stoppable?.stop();
  stoppable = undefined;
});

async function startPublic() {
  const service = await started(async (cleanup) => {
    const home = makeHome(cleanup, 'tunnel-test-');
    const parts = await startPublicService(cleanup, { home, path, tunnel: { type: 'cloudflare' } });
    return { home, ...parts };
  });
  stoppable = service;
  await expect.poll(() => service.found(/the service is public at (\S+?)"/)).toBeDefined();
  return { ...service, url: service.found(/listening on (http:\S+?)"/) ?? '' };
}

/** As a tunnel passes it on: with the public name, from this machine. */
async function statusOf(url: string, asked: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${url}${asked}`, { headers, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('a service with a tunnel', () => {
  test('serves its public name, to clients with a token alone', async () => {
    const { url, found } = await startPublic();
    const host = 'made-up-1.trycloudflare.com';
    const authorization = `Bearer ${token}`;
    expect(found(/the service is public at (\S+?)"/)).toBe(`https://${host}`);

    expect(await statusOf(url, '/v1/models', { host, authorization })).toBe(200);
    expect(await statusOf(url, '/v1/models', { host, authorization: 'Bearer wrong' })).toBe(401);
    for (const asked of ['/v1/models', '/v1/usage', '/v1/config', '/metrics', '/logs/query', '/v1/turns']) {
      expect([asked, await statusOf(url, asked, { host })]).toEqual([asked, 401]);
    }
    expect(await statusOf(url, '/v1/models', { host: 'other.trycloudflare.com', authorization })).toBe(403);
    const health = await fetch(`${url}/health`, { headers: { authorization } });
    expect(await health.json()).toMatchObject({ tunnel: { type: 'cloudflare', url: `https://${host}` } });
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'ok' });
  });

  test('ends its tunnel at a stop', async () => {
    const { home, child } = await startPublic();
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(processesOf(home)).toEqual([]);
  });

  test('leaves no tunnel behind when it is killed', async () => {
    const { home, child } = await startPublic();
    const pid = Number(readFileSync(join(home, 'pid'), 'utf8'));
    expect(isAlive(pid)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});

describe('a tunnel is refused', () => {
  const tokens = { CLAUDE_HARNESS_SERVER__TOKENS: hashToken(token) };

  async function run(command: string[], variables: Record<string, string>) {
    const { home, stop } = await started((cleanup) => Promise.resolve({ home: makeHome(cleanup, 'tunnel-test-') }));
    writeFileSync(join(home, 'token'), 'two words\n');
    const program = builtProgram(command, { home, variables: { PATH: path, ...variables } });
    const options = { cwd: home, env: program.env, extendEnv: false, reject: false } as const;
    const { exitCode, stdout, stderr } = await execa(program.file, program.args, options);
    const called = existsSync(join(home, 'calls'));
    await stop();
    return { exitCode, stdout, stderr, called };
  }

  test.each([
    ['without a token', ['--tunnel', 'cloudflare'], {}, /without an entry in server\.tokens/],
    [
      'without its program',
      ['--tunnel', 'ngrok'],
      { ...tokens, PATH: '/nowhere' },
      /expected ngrok on the PATH.*install it \(https:/,
    ],
    [
      'without the token of a named tunnel',
      ['--tunnel', 'cloudflare', '--set', 'tunnel.public_url=https://a.example'],
      tokens,
      /tunnel\.token_file: expected the token of the named tunnel/,
    ],
    ['with a file that is none', ['--tunnel', 'ngrok', '--set', 'tunnel.token_file=/nowhere'], tokens, /found ENOENT/],
    ['with something else in it', ['--tunnel', 'ngrok', '--set', 'tunnel.token_file=./token'], tokens, /a token alone/],
  ] as const)('%s', async (_, args, variables, text) => {
    const { exitCode, stderr, called } = await run(['serve', '--port', '0', ...args], variables);
    expect([exitCode, stderr, called]).toEqual([78, expect.stringMatching(text), false]);
  });

  test('by `config check` and `doctor` as well, which open none', async () => {
    const flags = ['--set', 'tunnel.type=cloudflare', '--set', 'claude.check=false'];
    const missing = { ...tokens, PATH: '/nowhere' };
    const checked = await run(['config', 'check', ...flags], missing);
    expect([checked.exitCode, checked.stderr]).toEqual([
      78,
      expect.stringContaining('expected cloudflared on the PATH'),
    ]);
    expect((await run(['config', 'check', ...flags], tokens)).exitCode).toBe(0);
    expect((await run(['doctor', ...flags], missing)).stdout).toMatch(/^problem +tunnel: expected cloudflared/m);
    const { stdout, called } = await run(['doctor', ...flags], tokens);
    expect(stdout).toMatch(/^ok +tunnel: .*\/cloudflared$/m);
    expect(called).toBe(false);
  });
});
