/** Processes that say of themselves what only they can: `probe.mjs` is loaded into them. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Cleanup } from '../../test/support/cleanup.ts';
import { endProcess } from '../../test/support/end-process.ts';
import { root } from '../../test/support/root.ts';

/** What `probe.mjs` says. */
export interface Sample {
  /** After a collection of garbage: of the whole process, and of it what JavaScript holds. */
  rssMb: number;
  heapMb: number;
  /** How late the event loop came. */
  delayP99Ms: number;
  delayMaxMs: number;
  /** Of that, what the process was computing itself, in all its threads. */
  busyP99Ms: number;
  /** Active handles and requests of Node by their kind. */
  resources: Record<string, number>;
}

/** The arguments for Node that load the probe. */
export const probeArgs = ['--import', pathToFileURL(join(root, 'bench/support/probe.mjs')).href];

export async function sampleOf(child: ChildProcess): Promise<Sample> {
  const answered = once(child, 'message');
  child.send('sample');
  const [sample] = (await answered) as [Sample];
  return sample;
}

/** A process that does nothing: what it is late, the machine is. */
export function startIdler(cleanup: Cleanup): ChildProcess {
  const child = fork(join(root, 'bench/support/idler.mjs'), { execArgv: probeArgs });
  cleanup.defer(() => endProcess(child));
  return child;
}
