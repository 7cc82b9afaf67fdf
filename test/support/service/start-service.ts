import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createService, type Service } from '../../../src/service.ts';
import type { Cleanup } from '../cleanup.ts';
import { endProcess } from '../end-process.ts';
import { firstLine } from '../first-line.ts';
import { memoryLog, type MemoryLog } from '../memory-log.ts';
import { root } from '../root.ts';
import { builtProgram } from './built-program.ts';
import { configFileFor, configFor, type ConfigChanges, type FileSections, type Surroundings } from './sections.ts';

/** Within this program, where a test sees its parts and its log; or the built one, as its users start it. */
export type ServiceOptions = InProcessOptions | ChildOptions;

interface CommonOptions extends Surroundings {
  /** Ends the service, also when its start fails half-way. */
  cleanup: Cleanup;
}

export interface InProcessOptions extends CommonOptions {
  as: 'in-process';
  changes?: ConfigChanges;
}

export interface ChildOptions extends CommonOptions {
  as: 'child-process';
  /** For its temporary files; the home by default. */
  tmp?: string;
  sections?: FileSections;
  /** For Node itself, before the program. */
  nodeArgs?: string[];
  /** Opens a channel for messages to what `nodeArgs` import. */
  ipc?: boolean;
}

export interface InProcessService {
  url: string;
  service: Service;
  log: MemoryLog;
}

export interface ChildService {
  url: string;
  child: ChildProcess;
}

/**
 * Starts a whole service, and settles when it listens. It asks the API at `apiUrl`, with a made-up subscription, through
 * the real CLI or a program in its place.
 */
export async function startService(options: InProcessOptions): Promise<InProcessService>;
export async function startService(options: ChildOptions): Promise<ChildService>;
export async function startService(options: ServiceOptions): Promise<InProcessService | ChildService> {
  return options.as === 'in-process' ? startInProcess(options) : startChild(options);
}

async function startInProcess({ changes, cleanup, ...surroundings }: InProcessOptions): Promise<InProcessService> {
  const log = memoryLog();
  const service = createService(configFor(surroundings, changes), log);
  cleanup.defer(() => service.stop());
  const [url = ''] = await service.start();
  // It asks the CLI for its models, which is to be over before anything else is asked or broken.
  await service.settled;
  return { url, service, log };
}

async function startChild({ sections, cleanup, ...options }: ChildOptions): Promise<ChildService> {
  const { home, tmp, nodeArgs, ipc = false } = options;
  const config = join(home, 'harness.yaml');
  writeFileSync(config, configFileFor(options, sections));
  const { file, args, env } = builtProgram(['serve', '--config', config], { home, tmp, nodeArgs });
  const child = spawn(file, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit', ...(ipc ? (['ipc'] as const) : [])],
  }) as ChildProcess & { stdout: Readable };
  cleanup.defer(() => endProcess(child));
  return { url: await firstLine(child, (line) => /listening on ((?:http|unix):[^\s",]+)/.exec(line)?.[1]), child };
}
