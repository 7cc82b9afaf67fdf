import { execa } from 'execa';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import OpenAI from 'openai';
import { Agent } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { startStandIn } from '../../src/stand-in/stand-in.ts';
import { fetchAt } from '../../src/util/fetch-at.ts';
import { firstLine } from '../support/first-line.ts';
import { cheapModel, startHarness } from '../support/harness.ts';
import { builtProgram } from '../support/service/built-program.ts';
import { endProcessesOf, makeHome, processesOf } from '../support/service/home.ts';
import { configFileFor } from '../support/service/sections.ts';
import { startService } from '../support/service/start-service.ts';
import { started, type Stoppable } from '../support/started.ts';

const handOver = fileURLToPath(new URL('../fixtures/hand-over-sockets.mjs', import.meta.url));

let stoppable: Stoppable | undefined;

afterEach(async () => {
  await stoppable?.stop();
  stoppable = undefined;
});

const request = { model: cheapModel, messages: [{ role: 'user' as const, content: 'Hello' }] };

test('an official SDK is answered over a Unix socket as over the port beside it', async () => {
  const socket = await started((cleanup) =>
    Promise.resolve({ path: join(makeHome(cleanup, 'listen-test-'), 'a.sock') }),
  );
  stoppable = socket;
  const harness = await startHarness(
    { kind: 'answer', text: 'Hello to you' },
    { server: { listen: ['127.0.0.1:0', `unix:${socket.path}`] } },
  );
  const dispatcher = new Agent({ connect: { socketPath: socket.path } });
  // The types of Node's own undici are of another version.
  const fetchOptions = { dispatcher: dispatcher as unknown as NonNullable<RequestInit['dispatcher']> };
  const client = new OpenAI({ baseURL: 'http://localhost/v1', apiKey: 'any', maxRetries: 0, fetchOptions });

  for (const each of [client, harness.client]) {
    const whole = await each.chat.completions.create(request);
    expect(whole.choices[0]?.message.content).toBe('Hello to you');
    const streamed = await each.chat.completions.stream(request).finalChatCompletion();
    expect(streamed.choices[0]?.message.content).toBe('Hello to you');
  }

  await dispatcher.destroy();
  await harness.stop();
  expect(existsSync(socket.path)).toBe(false);
});

/** The built program with two sockets and no port, whose commands find it by its configuration. */
async function startOnSockets() {
  return started(async (cleanup) => {
    const home = makeHome(cleanup, 'listen-test-');
    const standIn = await startStandIn();
    cleanup.defer(() => standIn.stop());
    cleanup.defer(() => endProcessesOf(home));
    const paths = [join(home, 'a.sock'), join(home, 'b.sock')] as const;
    const [first, second] = paths;
    const sections = { server: { port: undefined, listen: [`unix:${first}`, `unix:${second}?mode=0660`] } };
    const start = () => startService({ as: 'child-process', cleanup, home, apiUrl: standIn.url, sections });
    const run = (...args: string[]) => {
      const program = builtProgram([...args, '--config', join(home, 'harness.yaml')], { home });
      return execa(program.file, program.args, { env: program.env, extendEnv: false, reject: false });
    };
    return { paths, start, run };
  });
}

test('a service on Unix sockets alone is found by the commands', async () => {
  const { paths, start, run, stop } = await startOnSockets();
  stoppable = { stop };
  const { url } = await start();

  expect(url).toBe(`unix:${paths[0]}`);
  expect((await run('health')).exitCode).toBe(0);
  expect((await run('status', '--url', `unix:${paths[1]}`)).stdout).toMatch(/^version +\d/m);
  expect((await run('smoke')).stdout).toMatch(/^ok +stream: \d+ pieces/m);
  expect((await run('doctor')).stdout).toContain(`address: a harness is serving at unix:${paths[0]}`);
});

test('sockets that are handed over are all served, and stay', async () => {
  const service = await started(async (cleanup) => {
    const home = makeHome(cleanup, 'listen-test-');
    const standIn = await startStandIn();
    cleanup.defer(() => standIn.stop());
    cleanup.defer(() => endProcessesOf(home));
    const sections = { server: { port: undefined, listen: [`unix:${home}/unused.sock`] } };
    const config = join(home, 'harness.yaml');
    writeFileSync(config, configFileFor({ home, apiUrl: standIn.url }, sections));
    const addresses = JSON.stringify([{ port: 0, host: '127.0.0.1' }, { path: join(home, 'a.sock') }]);
    const { file, args, env } = builtProgram(['serve', '--config', config], { home });
    const child = spawn(file, [handOver, addresses, file, ...args], {
      ...{ env, detached: true },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const url = await firstLine(child, (line) => /listening on (http:\S+), a private socket"/.exec(line)?.[1]);
    return { home, url, child };
  });
  stoppable = service;
  const { home, url, child } = service;
  for (const each of [url, `unix:${home}/a.sock`]) expect((await fetchAt(each, '/health')).status).toBe(200);
  expect(existsSync(`${home}/unused.sock`)).toBe(false);

  process.kill(-Number(child.pid), 'SIGTERM');
  await expect.poll(() => processesOf(home)).toEqual([]);
  expect(existsSync(`${home}/a.sock`)).toBe(true);
});

test('a socket is replaced after a kill, refused while it is in use, and removed at a stop', async () => {
  const { paths, start, run, stop } = await startOnSockets();
  stoppable = { stop };
  const { child: killed } = await start();
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  expect(paths.map((path) => existsSync(path))).toEqual([true, true]);

  const { child } = await start();
  const { exitCode, stderr } = await run('serve');
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining(`${paths[0]} is in use by process ${child.pid} (`)]);
  expect((await run('health')).exitCode).toBe(0);

  child.kill('SIGTERM');
  await once(child, 'exit');
  expect(paths.map((path) => existsSync(path))).toEqual([false, false]);
});
