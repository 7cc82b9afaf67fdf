import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { cliUnderTest } from '../../test/support/cli-under-test.ts';
import { endProcess } from './end-process.ts';
import { firstLine } from './first-line.ts';
import { model, type Lab } from './lab.ts';
import { root } from './root.ts';

export interface HarnessOptions {
  /** For Node itself, before the program. */
  nodeArgs?: string[];
  /** Opens a channel for messages to what `nodeArgs` import. */
  ipc?: boolean;
  /** The program that the harness runs for `claude`; the real one by default. */
  cli?: string;
  /** Sections of its configuration, such as `limits`. */
  sections?: Record<string, object>;
  /** Processes kept warm; the harness's own defaults when absent. */
  warm?: number;
}

export interface Harness {
  url: string;
  pid: number;
  child: ChildProcess;
  /** Waits until no turn runs and every spare process is up, so that nothing of an earlier request is still at work. */
  quiet(): Promise<void>;
  /** Ends it as its users do; settles when it is gone. */
  stop(): Promise<void>;
}

const quietTimeoutMs = 30_000;

/** Starts the built harness as its users do, and waits until it is ready. */
export async function startHarness(lab: Lab, options: HarnessOptions = {}): Promise<Harness> {
  const { nodeArgs = [], ipc = false, warm } = options;
  const file = join(lab.home, 'harness.yaml');
  writeFileSync(file, stringify(configuration(lab, options)));
  const child = spawn(process.execPath, [...nodeArgs, 'dist/main.js', 'serve', '--config', file], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: lab.home, TMPDIR: lab.tmp },
    stdio: ['ignore', 'pipe', 'inherit', ...(ipc ? (['ipc'] as const) : [])],
  }) as ChildProcess & { stdout: Readable };
  lab.cleanup.defer(() => endProcess(child));
  const url = await firstLine(child, (line) => /listening on (http:[^\s"]+)/.exec(line)?.[1]);
  await until(async () => (await fetch(`${url}/ready`)).ok, 'ready');
  // With one model in use, `warm_per_model` processes are kept, which is 2 by default.
  const spare = warm ?? 2;
  return {
    url,
    pid: child.pid ?? 0,
    child,
    quiet: () => until(async () => isQuiet(await fetch(`${url}/health`), spare), 'quiet'),
    stop: () => endProcess(child),
  };
}

function configuration(lab: Lab, { cli = cliUnderTest, sections, warm }: HarnessOptions): object {
  return {
    server: { port: 0 },
    models: { default: model },
    ...(warm === undefined ? {} : { pool: { warm_per_model: warm, max_warm: warm } }),
    ...sections,
    claude: { path: cli, workspace: lab.workspace, env: lab.claudeEnv, ...sections?.['claude'] },
  };
}

async function isQuiet(health: Response, spare: number): Promise<boolean> {
  const { turns, processes } = (await health.json()) as { turns: { active: number }; processes: { warm: number } };
  return turns.active === 0 && processes.warm >= spare;
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + quietTimeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`the harness was not ${what} within ${quietTimeoutMs} ms`);
    await sleep(50);
  }
}
