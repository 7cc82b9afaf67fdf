import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import OpenAI from 'openai';
import { afterEach, expect, test } from 'vitest';
import { startStandIn, type StandIn } from '../../src/stand-in/stand-in.ts';
import { hashToken } from '../../src/util/token-hash.ts';
import { onLine } from '../support/on-line.ts';
import { makeHome } from '../support/service/home.ts';
import { cheapModel, configFileFor, type FileSections } from '../support/service/sections.ts';
import { startService } from '../support/service/start-service.ts';
import { started } from '../support/started.ts';

interface LogLine {
  message: string;
  keys?: string;
  needs_restart?: string;
  reason?: string;
}

interface Reloaded {
  url: string;
  standIn: StandIn;
  child: ChildProcess;
  clientOf: (apiKey: string) => OpenAI;
  /** Writes another file, and has the service read it; gives what the service logs of that. */
  reload: (sections: FileSections | string) => Promise<LogLine>;
  stop: () => Promise<void>;
}

let service: Reloaded | undefined;

afterEach(async () => {
  await service?.stop();
  service = undefined;
});

/** The built program, as systemd starts it. */
async function start(sections: FileSections = {}): Promise<Reloaded> {
  service = await started(async (cleanup) => {
    const home = makeHome(cleanup, 'reload-test-');
    const standIn = await startStandIn();
    cleanup.defer(() => standIn.stop());
    const surroundings = { home, apiUrl: standIn.url };
    const pool = { warm_per_model: 1, max_warm: 2 };
    const { url, child } = await startService({
      ...{ as: 'child-process', cleanup, ...surroundings },
      sections: { pool, ...sections },
    });
    const lines: LogLine[] = [];
    onLine((child as ChildProcess & { stdout: Readable }).stdout, (line) => {
      if (line.startsWith('{')) lines.push(JSON.parse(line) as LogLine);
    });
    return {
      ...{ url, standIn, child },
      clientOf: (apiKey: string) => new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 }),
      async reload(next: FileSections | string) {
        const text = typeof next === 'string' ? next : configFileFor(surroundings, { pool, ...next });
        writeFileSync(join(home, 'harness.yaml'), text);
        const before = lines.length;
        child.kill('SIGHUP');
        const told = () => lines.slice(before).find(({ message }) => /^the configuration was/.test(message));
        await expect.poll(told).toBeDefined();
        return told() as LogLine;
      },
    };
  });
  return service;
}

const question = { model: cheapModel, messages: [{ role: 'user' as const, content: 'Hello there' }] };
const tokens = [{ hash: hashToken('right'), name: 'ada' }];

test('tokens, names and limits change while an answer goes on, and the rest waits for a restart', async () => {
  const { standIn, clientOf, reload } = await start();
  standIn.behave({ kind: 'answer', words: 40, deltaEveryMs: 50 });
  const answer = await clientOf('any').chat.completions.create({ ...question, stream: true });
  const pieces: string[] = [];
  const whole = (async () => {
    for await (const { choices } of answer) pieces.push(choices[0]?.delta.content ?? '');
  })();
  await expect.poll(() => pieces.join('').length).toBeGreaterThan(0);

  const next = {
    server: { port: 8099, tokens },
    models: { default: cheapModel, aliases: { 'gpt-4o': cheapModel } },
    limits: { max_choices: 1 },
  };
  expect(await reload(next)).toMatchObject({
    message: 'the configuration was taken, except what needs a restart',
    keys: 'server.tokens, models.aliases, limits.max_choices',
    needs_restart: 'server.port',
  });
  await whole;
  expect(pieces.join('').trim().split(/\s+/)).toHaveLength(40);

  standIn.behave({ kind: 'answer', text: 'still here' });
  await expect(clientOf('any').chat.completions.create(question)).rejects.toMatchObject({ status: 401 });
  const client = clientOf('right');
  const named = await client.chat.completions.create({ ...question, model: 'gpt-4o' });
  expect(named.choices[0]?.message.content).toBe('still here');
  await expect(client.chat.completions.create({ ...question, n: 2 })).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining('limits.max_choices') as string,
  });
});

test('with a mistake in its file the service goes on as it was, and takes the file once it is right', async () => {
  const { clientOf, reload } = await start({ server: { port: 0, tokens } });
  const told = await reload('limits: {concurrent_turns: many}\n');
  expect(told.message).toBe('the configuration was not taken; the service goes on with the one before');
  expect(told.reason).toMatch(/harness\.yaml:1.*limits\.concurrent_turns/);
  await expect(clientOf('any').chat.completions.create(question)).rejects.toMatchObject({ status: 401 });
  expect((await clientOf('right').chat.completions.create(question)).object).toBe('chat.completion');

  await reload({});
  expect((await clientOf('any').chat.completions.create(question)).object).toBe('chat.completion');
});

test('a budget that comes with a reload holds for what the client has used already', async () => {
  const { clientOf, reload } = await start({ server: { port: 0, tokens } });
  await clientOf('right').chat.completions.create(question);
  await reload({
    server: { port: 0, tokens: [{ ...tokens[0], hash: hashToken('right'), budget: { tokens_per_day: 1 } }] },
  });
  await expect(clientOf('right').chat.completions.create(question)).rejects.toMatchObject({
    status: 429,
    message: expect.stringContaining('budget') as string,
  });
});
