import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promptText } from '../../../src/stand-in/prompt-text.ts';
import { startStandIn } from '../../../src/stand-in/stand-in.ts';
import type { BatchRequest, BatchResult } from '../../../src/core/batches.ts';
import { request } from './open-batches.ts';
import { fixtureCli } from '../../process/fixture.ts';
import type { Cleanup } from '../../support/cleanup.ts';
import { endProcess } from '../../support/end-process.ts';
import { firstLine } from '../../support/first-line.ts';
import { builtProgram } from '../../support/service/built-program.ts';
import { makeHome } from '../../support/service/home.ts';
import { configFileFor } from '../../support/service/sections.ts';

/** Of each service. */
export const concurrency = 8;

/** An API that answers every request of a batch with its number, after a while, and counts them. */
export async function startCountingApi(cleanup: Cleanup): Promise<{ url: string; calls: () => number }> {
  let calls = 0;
  const standIn = await startStandIn({
    behaviour: ({ body }) => {
      calls += 1;
      const n = /request (\d+)/.exec(promptText(body))?.[1];
      return { kind: 'answer', text: `for ${n}`, firstDeltaAfterMs: 60 };
    },
    keepRequests: 1,
  });
  cleanup.defer(() => standIn.stop());
  return { url: standIn.url, calls: () => calls };
}

/** The program itself, of a home of its own, which may be started again and again. */
export function prepareService(
  cleanup: Cleanup,
  apiUrl: string,
  sections: Record<string, object>,
): { home: string; start: () => Promise<ChildProcess> } {
  const home = makeHome(cleanup, 'harness-killed-');
  const config = join(home, 'harness.yaml');
  const all = {
    direct: { api_key_env: 'MADE_UP_KEY' },
    models: { direct: ['*'] },
    pool: { warm_per_model: 0 },
    batches: { concurrency },
    state: { path: join(home, 'state.db') },
    ...sections,
  };
  writeFileSync(config, configFileFor({ home, apiUrl, cli: fixtureCli('fails.sh') }, all));
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
  return { home, start };
}

export function numberedRequests(count: number): BatchRequest[] {
  return Array.from({ length: count }, (_, n) =>
    request(`r${n}`, {
      model: 'claude-haiku-4-5',
      max_tokens: 9,
      messages: [{ role: 'user', content: `request ${n} of many` }],
    }),
  );
}

/** What the results of those requests are, in their order. */
export function numberedAnswers(count: number): object[] {
  return Array.from({ length: count }, (_, n) => ({ customId: `r${n}`, outcome: 'succeeded', text: `for ${n}` }));
}

export function toNumberedAnswer({ customId, outcome, response }: BatchResult): object {
  const { content } = response?.body as { content: [{ text: string }] };
  return { customId, outcome, text: content[0].text };
}
