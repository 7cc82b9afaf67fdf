import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import {
  ClientError,
  connect,
  start,
  type Harness as Client,
  type StreamPart,
  type ToolEvent,
} from '../../src/client/index.ts';
import { agentsConfig } from '../support/agents/agents-config.ts';
import { bash, calls, says } from '../support/agents/scripted.ts';
import { cliUnderTest } from '../support/cli-under-test.ts';
import { cheapModel, startHarness, type Harness } from '../support/harness.ts';
import { root } from '../support/root.ts';
import { configFileFor } from '../support/service/sections.ts';

let folder: string;
let harness: Harness;
let client: Client;

beforeAll(async () => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'client-test-'));
  const agent = (policy: 'always_allow' | 'always_ask') => ({
    model: cheapModel,
    workspaces: [{ path: folder, mode: 'rw' as const }],
    tools: ['bash' as const],
    permissions: { default: policy },
    sandbox: 'off' as const,
  });
  harness = await startHarness(undefined, {
    agents: agentsConfig({ free: agent('always_allow'), careful: agent('always_ask') }),
  });
  client = await connect({ url: harness.url });
});

afterAll(async () => {
  await harness.stop();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  harness.standIn.behave({ kind: 'answer', text: 'not scripted' });
});

const question = { model: cheapModel, prompt: 'Hello' };

describe('an answer', () => {
  test('is the text and the message of the API, asked for as it was said', async () => {
    harness.standIn.behave({ kind: 'answer', text: 'Good morning.', usage: { input_tokens: 7, output_tokens: 3 } });
    const { text, message } = await client.complete({ ...question, system: 'Be kind.', max_tokens: 99 });
    expect(text).toBe('Good morning.');
    expect(message).toMatchObject({ stop_reason: 'end_turn', usage: { input_tokens: 7, output_tokens: 3 } });
    expect(harness.standIn.requests.at(-1)?.body).toMatchObject({ max_tokens: 99 });
    expect(JSON.stringify(harness.standIn.requests.at(-1)?.body)).toContain('Be kind.');
  });

  test('comes in pieces as a stream, which ends with the whole of it', async () => {
    harness.standIn.behave({ kind: 'answer', deltas: ['Good ', 'morning.'], deltaEveryMs: 200 });
    const parts: StreamPart[] = [];
    for await (const part of client.stream(question)) parts.push(part);
    expect(parts.filter(({ type }) => type === 'text')).toEqual([
      { type: 'text', text: 'Good ' },
      { type: 'text', text: 'morning.' },
    ]);
    expect(parts.at(-1)).toMatchObject({ type: 'end', answer: { text: 'Good morning.' } });
  });

  test('has calls of the caller’s tools', async () => {
    harness.standIn.behave({ kind: 'answer', toolUses: [{ name: 'mcp__client__weather', input: { city: 'Bern' } }] });
    const tools = [{ name: 'weather', input_schema: { type: 'object' } }];
    const parts: StreamPart[] = [];
    for await (const part of client.stream({ ...question, tools })) parts.push(part);
    expect(parts).toContainEqual(
      expect.objectContaining({ type: 'tool_call', name: 'weather', input: { city: 'Bern' } }),
    );
  });

  test('that is refused says why, with status and code', async () => {
    const error: unknown = await client.complete({ ...question, max_tokens: 0 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ClientError);
    expect(error).toMatchObject({
      status: 400,
      code: 'invalid_request',
      message: expect.stringContaining('max_tokens') as unknown,
    });
  });

  test('is ended by its signal, and its turn with it', async () => {
    harness.standIn.behave({
      kind: 'answer',
      deltas: Array.from({ length: 100 }, () => 'on and on '),
      deltaEveryMs: 100,
    });
    const aborting = new AbortController();
    const read = async (): Promise<void> => {
      for await (const { type } of client.stream(question, { signal: aborting.signal }))
        if (type === 'text') aborting.abort();
    };
    await expect(read()).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => harness.allWait()).toBe(true);
  });
});

describe('an agent', () => {
  test('works, and tells of its tools', async () => {
    harness.standIn.behave([calls(bash('echo made > made.txt', 'toolu_1')), says('It is made.')]);
    const told: ToolEvent[] = [];
    const result = await client.query({ agent: 'free', prompt: 'Make it.', onToolEvent: (event) => told.push(event) });
    expect(result).toMatchObject({ text: 'It is made.', stopReason: 'end_turn' });
    expect(told.map(({ phase, name }) => [phase, name])).toEqual([
      ['started', 'bash'],
      ['concluded', 'bash'],
    ]);
    expect(readFileSync(join(folder, 'made.txt'), 'utf8')).toBe('made\n');
    harness.standIn.behave(says('Nothing else.'));
    const next = await client.query({ agent: 'free', prompt: 'What else?', session: result.session });
    expect(next).toMatchObject({ session: result.session, text: 'Nothing else.' });
    expect((await client.sessions.get(result.session)).status).toBe('idle');
    const ids: string[] = [];
    for await (const { id } of client.sessions.list()) ids.push(id);
    expect(ids).toContain(result.session);
  });

  test('is interrupted when its caller fails, or leaves', async () => {
    harness.standIn.behave([calls(bash('sleep 60')), says('Too late.')]);
    const failing = client.query({
      ...{ agent: 'free', prompt: 'Wait.' },
      onToolEvent: () => {
        throw new Error('the caller has failed');
      },
    });
    await expect(failing).rejects.toThrow('the caller has failed');
    const running = async (): Promise<string[]> => {
      const found: string[] = [];
      for await (const { status } of client.sessions.list()) if (status === 'running') found.push(status);
      return found;
    };
    await expect.poll(running).toEqual([]);
  });

  test.each([
    ['is allowed what its caller allows', true, 'yes\n'],
    ['is denied what nobody allows', undefined, undefined],
  ])('%s', async (_, allows, written) => {
    const file = join(folder, `asked-${String(allows)}.txt`);
    harness.standIn.behave([calls(bash(`echo yes > ${file}`)), says('Over.')]);
    const onQuestion = allows === undefined ? {} : { onQuestion: () => allows };
    const { text } = await client.query({ agent: 'careful', prompt: 'Ask.', ...onQuestion });
    expect(text).toBe('Over.');
    const read = (): string | undefined => {
      try {
        return readFileSync(file, 'utf8');
      } catch {
        return undefined;
      }
    };
    expect(read()).toBe(written);
  });
});

test('usage is told', async () => {
  await client.complete(question);
  await expect
    .poll(async () => (await client.usage({ by: 'model' }))['total'])
    .toMatchObject({
      requests: expect.any(Number) as unknown,
    });
});

test('a service that does not answer, or would not serve, is told at the start', async () => {
  await expect(connect({ url: 'http://127.0.0.1:9' })).rejects.toThrow('does not answer');
  await expect(connect({ url: 'http://127.0.0.1:9', checksHealth: false })).resolves.toMatchObject({
    url: 'http://127.0.0.1:9',
  });
});

describe('a service of its own', () => {
  test('answers through the CLI, and ends with its client', async () => {
    const home = mkdtempSync(join(tmpdir(), 'client-home-'));
    onTestFinished(() => {
      rmSync(home, { recursive: true, force: true });
    });
    const config = join(home, 'harness.yaml');
    writeFileSync(config, configFileFor({ home, apiUrl: harness.standIn.url, cli: cliUnderTest }));
    harness.standIn.behave(says('Here I am.'));
    const own = await start({ config, env: { HOME: home }, set: { 'logging.level': 'error' } });
    onTestFinished(() => own.close());
    expect((await own.complete(question)).text).toBe('Here I am.');
    await own.close();
    await expect(own.complete(question)).rejects.toThrow('does not answer');
  });

  test('that cannot start says why', async () => {
    await expect(start({ set: { 'limits.turn_timout': '5m' } })).rejects.toThrow('limits.turn_timout');
  });
});

test('its types are those of the package', () => {
  const user = mkdtempSync(join(tmpdir(), 'client-types-'));
  onTestFinished(() => {
    rmSync(user, { recursive: true });
  });
  mkdirSync(join(user, 'node_modules'));
  symlinkSync(root, join(user, 'node_modules/claude-harness'));
  writeFileSync(
    join(user, 'use.mts'),
    `import { connect, type Answer } from 'claude-harness/client';
     const harness = await connect({ url: 'http://127.0.0.1:8013' });
     const answer: Answer = await harness.complete({ prompt: 'Hello' });
     for await (const part of harness.stream({ messages: [{ role: 'user', content: answer.text }] }))
       if (part.type === 'text') part.text.length.toFixed();
     // @ts-expect-error neither a prompt nor messages
     await harness.complete({ model: 'sonnet' });`,
  );
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2023,dom'];
  execFileSync(join(root, 'node_modules/.bin/tsc'), [...options, 'use.mts'], { cwd: user, stdio: 'pipe' });
});
