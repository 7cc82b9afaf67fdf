import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { endProcess } from '../../test/support/end-process.ts';
import type { FileSections } from '../../test/support/service/sections.ts';
import { startService } from '../../test/support/service/start-service.ts';
import type { Lab } from './lab.ts';

export interface HarnessOptions {
  /** For Node itself, before the program. */
  nodeArgs?: string[];
  /** Opens a channel for messages to what `nodeArgs` import. */
  ipc?: boolean;
  /** The program that the harness runs for `claude`; the real one by default. */
  cli?: string;
  /** Sections of its configuration, such as `limits`. */
  sections?: FileSections;
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
export async function startHarness(lab: Lab, { warm, sections, ...options }: HarnessOptions = {}): Promise<Harness> {
  const { home, tmp, cleanup, standInUrl: apiUrl } = lab;
  const pool = warm === undefined ? {} : { pool: { warm_per_model: warm, max_warm: warm } };
  const { url, child } = await startService({
    as: 'child-process',
    ...{ home, tmp, cleanup, apiUrl },
    sections: { ...pool, ...sections },
    ...options,
  });
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
