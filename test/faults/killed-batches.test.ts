import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { promptText } from '../../src/stand-in/prompt-text.ts';
import { startStandIn } from '../../src/stand-in/stand-in.ts';
import { inTurn, request } from '../feature/batches/open-batches.ts';
import { fixtureCli } from '../process/fixture.ts';
import { batchesBeside } from '../support/batches-beside.ts';
import { endProcess } from '../support/end-process.ts';
import { firstLine } from '../support/first-line.ts';
import { builtProgram } from '../support/service/built-program.ts';
import { makeHome } from '../support/service/home.ts';
import { configFileFor } from '../support/service/sections.ts';
import { started } from '../support/started.ts';

const requestCount = 1000;
const kills = 50;
const concurrency = 8;
const model = 'claude-haiku-4-5';

it(
  'a batch whose service is killed again and again is answered as a whole, each request once',
  { timeout: 400_000 },
  async () => {
    let calls = 0;
    const { path, start, stop } = await started(async (cleanup) => {
      const home = makeHome(cleanup, 'harness-killed-');
      const path = join(home, 'state.db');
      const standIn = await startStandIn({
        behaviour: ({ body }) => {
          calls += 1;
          const n = /request (\d+)/.exec(promptText(body))?.[1];
          return { kind: 'answer', text: `for ${n}`, firstDeltaAfterMs: 60 };
        },
        keepRequests: 1,
      });
      cleanup.defer(() => standIn.stop());
      const config = join(home, 'harness.yaml');
      const sections = {
        direct: { api_key_env: 'MADE_UP_KEY' },
        models: { direct: ['*'] },
        pool: { warm_per_model: 0 },
        batches: { concurrency },
        state: { path },
      };
      writeFileSync(config, configFileFor({ home, apiUrl: standIn.url, cli: fixtureCli('fails.sh') }, sections));
      const variables = { MADE_UP_KEY: 'sk-ant-api03-made-up' };
      const start = async (): Promise<ChildProcess> => {
        const { file, args, env } = builtProgram(['serve', '--config', config], { home, variables });
        const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'inherit'] }) as ChildProcess & {
          stdout: Readable;
        };
        cleanup.defer(() => endProcess(child));
        await firstLine(child, (line) => /listening on (http:[^\s"]+)/.exec(line)?.[1]);
        return child;
      };
      return { path, start };
    });
    onTestFinished(stop);
    const client = batchesBeside(path);
    onTestFinished(() => {
      client.close();
    });
    const asked = Array.from({ length: requestCount }, (_, n) =>
      request(`r${n}`, { model, max_tokens: 9, messages: [{ role: 'user', content: `request ${n} of many` }] }),
    );
    const { id } = await client.create(inTurn(asked));

    const get = () => client.get(id);
    const countAnswers = async (): Promise<number> => (await get()).counts.succeeded;
    let killedAtWork = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      const child = await start();
      const before = await countAnswers();
      // Some before the first request was taken; most while answers come and are kept, after a number of them.
      if (kill % 5 === 0) await sleep(kill * 4);
      else await expect.poll(countAnswers, { timeout: 30_000, interval: 3 }).toBeGreaterThan(before + (kill % 11));
      child.kill('SIGKILL');
      await once(child, 'exit');
      const after = await countAnswers();
      if (after > before && after < requestCount) killedAtWork += 1;
    }
    expect(killedAtWork).toBeGreaterThan(kills / 2);

    await start();
    await expect.poll(async () => (await get()).status, { timeout: 120_000, interval: 200 }).toBe('ended');
    expect(await get()).toMatchObject({
      end: 'completed',
      counts: { processing: 0, succeeded: requestCount, errored: 0, canceled: 0, expired: 0 },
    });
    const results = await client.results(id);
    expect(results.map(({ customId }) => customId)).toEqual(asked.map(({ customId }) => customId));
    for (const [n, { outcome, response }] of results.entries()) {
      expect([outcome, response?.body]).toMatchObject(['succeeded', { content: [{ text: `for ${n}` }] }]);
    }
    // Asked again was only what was under way.
    expect(calls).toBeLessThanOrEqual(requestCount + kills * concurrency);
  },
);
