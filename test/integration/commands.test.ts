import { DatabaseSync } from '@photostructure/sqlite';
import { execa } from 'execa';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startStandIn, type StandIn } from '../../src/stand-in/stand-in.ts';
import { cliUnderTest } from '../support/cli-under-test.ts';
import { freePort } from '../support/free-port.ts';
import { builtProgram, main } from '../support/service/built-program.ts';
import { countProcesses } from '../support/service/home.ts';
import { cheapModel, configFileFor, type FileSections } from '../support/service/sections.ts';

/** The program as its users start it: the built one, in a process of its own, with an empty home. */

let home: string;
let standIn: StandIn;
let started: Program[];

beforeAll(async () => {
  if (!existsSync(main)) throw new Error('dist/main.js is missing: run `npm run build` first');
  standIn = await startStandIn();
});

afterAll(async () => {
  await standIn.stop();
});

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'command-test-'));
  started = [];
  standIn.behave({ kind: 'answer', text: 'ready' });
});

afterEach(async () => {
  for (const program of started) program.kill('SIGKILL');
  await Promise.all(started);
  rmSync(home, { recursive: true, force: true });
});

type Program = ReturnType<typeof startProgram>;

function startProgram(command: string[], more: Record<string, string> = {}) {
  const variables = { CLAUDE_HARNESS_CLAUDE__PATH: cliUnderTest, ...more };
  const { file, args, env } = builtProgram(command, { home, variables });
  return execa(file, args, { env, extendEnv: false, reject: false, all: true });
}

function run(args: string[], variables?: Record<string, string>): Program {
  const program = startProgram(args, variables);
  started.push(program);
  return program;
}

function writeConfig(sections: FileSections = {}): string {
  const file = join(home, 'harness.yaml');
  const pool = { warm_per_model: 1 };
  writeFileSync(file, configFileFor({ home, apiUrl: standIn.url }, { pool, ...sections }));
  return file;
}

interface LogLine {
  level: string;
  message: string;
  [field: string]: unknown;
}

function logLines(text: string): LogLine[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as LogLine);
}

describe('demo', () => {
  test('shows a streamed answer with its stages, and leaves nothing behind', async () => {
    const { exitCode, stdout } = await run(['demo', '--once', '--port', '0']);

    expect(exitCode).toBe(0);
    expect(stdout).toContain('another waits beside it.');
    expect(stdout).toMatch(/first token after +\d+\.\d ms/);
    expect(stdout).toMatch(/got a (prepared|warm|cold) process/);
    expect(countProcesses(home)).toBe(0);
    expect(readdirSync(home)).toEqual([]);
  });

  test('serves other clients until Ctrl-C', async () => {
    const demo = run(['demo', '--port', '0']);
    const url = await outputMatch(demo, /Serving at (http:\S+)\/v1/);
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'sonnet', messages: [{ role: 'user', content: 'Hello' }] }),
    });
    expect(response.status).toBe(200);

    demo.kill('SIGINT');
    expect((await demo).exitCode).toBe(0);
    expect(readdirSync(home)).toEqual([]);
  });
});

describe('serve', () => {
  test('answers, logs JSON lines, and ends at SIGTERM with nothing left', async () => {
    const port = await freePort();
    const serve = run(['serve', '--config', writeConfig(), '--port', String(port)]);
    await outputMatch(serve, /listening on/);
    await expect.poll(() => statusOf(`http://127.0.0.1:${port}/ready`), { timeout: 20_000 }).toBe(200);
    const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'my-request' },
      body: JSON.stringify({ model: cheapModel, messages: [{ role: 'user', content: 'Say ready' }] }),
    });
    expect(response.headers.get('x-request-id')).toBe('my-request');
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'ready' } }] });

    serve.kill('SIGTERM');
    const { exitCode, stdout } = await serve;

    expect(exitCode).toBe(0);
    expect(logLines(stdout).find(({ request_id: id }) => id === 'my-request')).toMatchObject({
      level: 'info',
      status: 200,
      model: cheapModel,
      served: cheapModel,
      finish: 'end_turn',
      first_token_ms: expect.any(Number) as number,
      tokens_out: expect.any(Number) as number,
    });
    expect(stdout).not.toContain('Say ready');
    expect(countProcesses(home)).toBe(0);
    expect(readdirSync(home).filter((name) => name.startsWith('claude-harness-'))).toEqual([]);
  });

  test('says what to do when its port is in use', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const { exitCode, stderr } = await run(['serve', '--config', writeConfig(), '--port', String(port)]);
    taken.close();

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(new RegExp(`127\\.0\\.0\\.1:${port} is in use.*--port`));
  });

  test('refuses a wrong configuration with exit code 78, naming file, path and nearest key', async () => {
    const file = writeConfig({ limits: { turn_timout: '5m' } } as FileSections);
    const { exitCode, stderr } = await run(['serve', '--config', file]);

    expect(exitCode).toBe(78);
    expect(stderr).toContain(file);
    expect(stderr).toContain('limits.turn_timout');
    expect(stderr).toContain('turn_timeout');
  });

  test('exits with 75 where the CLI stays missing, if asked to', async () => {
    const file = writeConfig();
    const args = ['serve', '--config', file, '--port', '0', '--exit-without-cli', '1s'];
    const { exitCode, stdout } = await run([...args, '--set', 'claude.path=/nowhere/claude']);

    expect(exitCode).toBe(75);
    expect(logLines(stdout).at(-1)?.message).toBe('stopped');
  });

  test('refuses to listen beyond this machine without a token', async () => {
    const { exitCode, stderr } = await run(['serve', '--config', writeConfig(), '--host', '0.0.0.0', '--port', '0']);

    expect(exitCode).toBe(78);
    expect(stderr).toContain('server.tokens');
  });
});

describe('doctor', () => {
  test('says ok to each thing a turn needs, and runs a real one when asked', async () => {
    const port = String(await freePort());
    const config = writeConfig({ claude: { check: true } });
    const { exitCode, stdout } = await run(['doctor', '--turn', '--config', config, '--port', port]);

    expect(stdout).toMatch(/^ok +claude \d+\.\d+\.\d+/m);
    expect(stdout).toMatch(/^ok +check: requests arrive exactly, a process serves (many turns|one turn)/m);
    expect(stdout).toMatch(/^ok +login/m);
    expect(stdout).toContain(`state: ${home}/.local/state/claude-harness/state.db (created at the first start)`);
    expect(stdout).toMatch(/^ok +turn: first words after \d+ ms/m);
    expect(stdout).not.toContain('problem');
    expect(exitCode).toBe(0);
  });

  test('says what to do about a missing CLI and a missing login, with exit code 1', async () => {
    const port = String(await freePort());
    const noCli = await run(['doctor', '--set', 'claude.path=/nowhere/claude', '--port', port]);
    const noLogin = await run(['doctor', '--port', port]);

    expect(noCli.exitCode).toBe(1);
    expect(noCli.stdout).toMatch(/^problem +claude: \/nowhere\/claude .*fix claude\.path/m);
    expect(noLogin.exitCode).toBe(1);
    expect(noLogin.stdout).toMatch(/^problem +login: .*\/login/m);
  });

  test('prints the same as JSON, with the same exit code', async () => {
    const port = String(await freePort());
    const { exitCode, stdout } = await run([
      'doctor',
      '--json',
      '--set',
      'claude.path=/nowhere/claude',
      '--port',
      port,
    ]);
    const found = JSON.parse(stdout) as { verdict: string; text: string }[];
    expect(found).toContainEqual({ verdict: 'ok', text: `node ${process.versions.node}` });
    expect(found.filter(({ verdict }) => verdict === 'problem').map(({ text }) => text)).toEqual([
      expect.stringMatching(/^claude: \/nowhere\/claude .*fix claude\.path/),
    ]);
    expect(exitCode).toBe(1);
  });

  test('has a line for each of several logins', async () => {
    const port = String(await freePort());
    const logins = 'claude.logins=[{name: home}, {name: year, token: sk-ant-oat01-made-up-but-long}]';
    const { stdout, exitCode } = await run(['doctor', '--set', logins, '--port', port]);

    expect(stdout).toMatch(
      /^problem +login home: the CLI is logged out: run `claude-harness login --login home` as the user/m,
    );
    expect(stdout).toMatch(/^ok +login year: oauth_token/m);
    for (const line of stdout.split('\n')) expect(line).toMatch(/^(ok|problem) +\w/);
    expect(stdout).not.toContain('made-up');
    expect(exitCode).toBe(1);
  });

  test('reports the version of the state file, and what to do where it cannot be used', async () => {
    const port = String(await freePort());
    const state = join(home, 'state.db');
    const doctor = (path: string) => run(['doctor', '--set', `state.path=${path}`, '--port', port]);
    const directory = await doctor(home);
    const database = new DatabaseSync(state);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA user_version = 1');
    database.close();
    const made = await doctor(state);

    expect(directory.stdout).toMatch(/^problem +state: \/.* can't be used: make sure that it is a file/m);
    expect(made.stdout).toMatch(/^ok +state: .*\/state\.db \(version 1\)/m);
  });
});

describe('the direct backend', () => {
  const direct: FileSections = { direct: { api_key_env: 'SOME_API_KEY' }, fallback: 'direct' };

  test('has a line of doctor’s, which knows whether the key is there', async () => {
    const port = String(await freePort());
    const config = writeConfig(direct);
    const without = await run(['doctor', '--config', config, '--port', port]);
    const withKey = await run(['doctor', '--config', config, '--port', port], { SOME_API_KEY: 'sk-ant-api03-made-up' });

    expect(without.stdout).toMatch(/^problem +direct: expected an API key in the variable SOME_API_KEY/m);
    expect(without.exitCode).toBe(1);
    expect(withKey.stdout).toMatch(/^ok +direct: SOME_API_KEY holds an API key/m);
    expect(withKey.stdout).not.toContain('sk-ant-api03');
    expect(withKey.exitCode).toBe(0);
  });

  test('keeps the service from starting without its key, with the exit code of a wrong configuration', async () => {
    const { exitCode, stderr } = await run(['serve', '--config', writeConfig(direct), '--port', '0']);

    expect(exitCode).toBe(78);
    expect(stderr).toMatch(/direct\.api_key_env: expected an API key in the variable SOME_API_KEY/);
  });
});

test('token makes a token whose hash opens the server', async () => {
  const { stdout } = await run(['token']);
  const token = /ch_[\w-]{43}/.exec(stdout)?.[0] ?? '';
  const hash = /sha256:[0-9a-f]{64}/.exec(stdout)?.[0] ?? '';

  expect(hash).toBe(`sha256:${createHash('sha256').update(token).digest('hex')}`);
});

test('config prints the effective configuration without secrets', async () => {
  const { stdout, exitCode } = await run(['config', '--config', writeConfig()]);

  expect(exitCode).toBe(0);
  expect(stdout).toContain(`default: ${cheapModel}`);
  expect(stdout).not.toContain('sk-ant-oat01');

  const asJson = await run(['config', '--json', '--config', writeConfig()]);
  expect(JSON.parse(asJson.stdout)).toMatchObject({ models: { default: cheapModel }, limits: { turn_timeout: '10m' } });
  expect(asJson.stdout).not.toContain('sk-ant-oat01');
});

test('config check says whether a service would start, with exit code 78 where it would not', async () => {
  const good = await run(['config', 'check', '--config', writeConfig()]);
  const bad = await run([
    'config',
    'check',
    '--config',
    writeConfig({ limits: { turn_timout: '5m' } } as FileSections),
  ]);

  expect(good.exitCode).toBe(0);
  expect(good.stdout).toContain('The configuration is valid');
  expect(bad.exitCode).toBe(78);
  expect(bad.stderr).toMatch(/harness\.yaml:\d+:\d+: limits\.turn_timout/);
  const named = await run(['config', 'check', writeConfig({ limits: { turn_timout: '5m' } } as FileSections)]);
  expect([named.exitCode, named.stderr]).toEqual([78, expect.stringContaining('limits.turn_timout')]);
});

test.each([
  [['stauts']],
  [['status', '--colour']],
  [['config', 'get', 'server.prt']],
  [['serve', '--exit-without-cli', 'x']],
])('the wrong command line %j is exit code 2', async (args) => {
  const { exitCode, stderr } = await run(args);

  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^error: /);
});

async function outputMatch(program: Program, pattern: RegExp): Promise<string> {
  let seen = '';
  return new Promise((resolve, reject) => {
    program.all.on('data', (piece: Buffer) => {
      seen += piece.toString();
      const match = pattern.exec(seen);
      if (match !== null) resolve(match[1] ?? match[0]);
    });
    void program.then(() => {
      reject(new Error(`the program ended without ${String(pattern)}: ${seen}`));
    });
  });
}

async function statusOf(url: string): Promise<number> {
  return (await fetch(url)).status;
}
