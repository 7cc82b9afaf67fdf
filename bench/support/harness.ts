import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { endProcess } from '../../test/support/end-process.ts';
import type { FileSections } from '../../test/support/service/sections.ts';
import { startService } from '../../test/support/service/start-service.ts';
import type { Lab } from './lab.ts';
import { childrenOf } from './proc.ts';

export interface HarnessOptions {
  /** For Node itself, before the program. */
  nodeArgs?: string[];
  /** Opens a channel for messages to what `nodeArgs` import. */
  ipc?: boolean;
  /** The program that the harness runs for `claude`, which is not checked; the real one, checked, by default. */
  cli?: string;
  /** Sections of its configuration, such as `limits`. */
  sections?: Sections;
  /** A token that `sections` lets in; none when absent. */
  token?: string;
}

/** Numbers may be written in many ways, of which benches use one. */
export type Sections = FileSections & { pool?: { warm_per_model?: number; max_warm?: number } };

export interface Harness {
  url: string;
  pid: number;
  child: ChildProcess;
  /** Whether its processes serve many turns: as it is configured, and as far as the CLI can. */
  reuses: boolean;
  /** Those that it has started and that are not gone. */
  cliProcesses(): number[];
  /** Waits until no turn runs, and every process waits for one: none starts, is emptied or ends. */
  quiet(): Promise<void>;
  /** Ends it as its users do; settles when it is gone. */
  stop(): Promise<void>;
}

/** As far as the benches read it. */
interface Health {
  turns: { active: number };
  processes: { warm: number };
  cli: { check?: { status: string; reason?: string; reuse?: boolean } } | null;
}

/** The harness's own defaults. */
const defaultWarm = { warm_per_model: 1, max_warm: 4 };
const timeoutMs = 30_000;
/** A check that comes to no end on a busy machine is tried again after a minute. */
const checkTimeoutMs = 180_000;

/** Starts the built harness as its users do, and waits until it is ready and knows what its CLI can do. */
export async function startHarness(lab: Lab, options: HarnessOptions = {}): Promise<Harness> {
  const { home, tmp, cleanup, standInUrl: apiUrl } = lab;
  const { sections = {}, token, ...rest } = options;
  const claude = { check: options.cli === undefined, ...sections.claude };
  const { url, child } = await startService({
    as: 'child-process',
    ...{ home, tmp, cleanup, apiUrl },
    sections: { ...sections, claude },
    ...rest,
  });
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const health = async (): Promise<Health> => (await (await fetch(`${url}/health`, { headers })).json()) as Health;
  const pid = child.pid ?? 0;
  const pool = { ...defaultWarm, ...sections.pool };
  const least = Math.min(pool.warm_per_model, pool.max_warm);
  const cliProcesses = (): number[] => childrenOf(pid);

  await until(async () => (await fetch(`${url}/ready`)).ok, 'ready', timeoutMs);
  const canReuse = await checkedFor(health);
  return {
    url,
    pid,
    child,
    reuses: canReuse && pool.reuse !== false && pool.max_warm > 0,
    cliProcesses,
    quiet: () => until(async () => isQuiet(await health(), cliProcesses().length, least), 'quiet', timeoutMs),
    stop: () => endProcess(child),
  };
}

/** What users get is what the check of the CLI allows, which takes some seconds at the first start; all without a check. */
async function checkedFor(health: () => Promise<Health>): Promise<boolean> {
  let canReuse: boolean | undefined;
  const isChecked = async (): Promise<boolean> => {
    const { cli } = await health();
    const check = cli?.check;
    if (cli !== null && check === undefined) canReuse = true;
    if (check?.status === 'not_served') throw new Error(`the CLI is not served: ${String(check.reason)}`);
    if (check?.status === 'served') canReuse = check.reuse;
    return canReuse !== undefined;
  };
  await until(isChecked, 'done with the check of its CLI', checkTimeoutMs);
  return canReuse === true;
}

/** Those that wait may belong to prompts, and there may be more of them than there must be. */
function isQuiet({ turns, processes }: Health, started: number, least: number): boolean {
  return turns.active === 0 && processes.warm >= least && processes.warm === started;
}

async function until(condition: () => Promise<boolean>, what: string, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`the harness was not ${what} within ${withinMs} ms`);
    await sleep(50);
  }
}
