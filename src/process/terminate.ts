import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { listProcesses } from './process-list.ts';

/** The CLI needs about 80 ms from SIGTERM to its exit, removing its session files on the way (2.1.197 and 2.1.329). */
const graceMs = 2000;
/** A killed process takes a moment to give its memory back. */
const pauseMs = 5;
/** One that a broken disk or network holds does not go at all, and is not waited for. */
const maxPauses = 200;

export interface TerminableProcess {
  readonly pid?: number | undefined;
  readonly stdin: Writable;
}

/**
 * Ends a process group: end of input and SIGTERM together, since a CLI in the middle of a turn does not look at its
 * input; SIGKILL when that was not enough. Settles when the process is gone, with all that it has started in its group.
 */
export async function terminate(target: TerminableProcess, exited: Promise<unknown>): Promise<void> {
  target.stdin.end();
  signalGroup(target.pid, 'SIGTERM');
  const timer = setTimeout(() => {
    signalGroup(target.pid, 'SIGKILL');
  }, graceMs);
  await exited;
  clearTimeout(timer);
  await endGroup(target.pid);
}

/** What the CLI has started and left behind, such as `rg` over its folder, is still in its group. */
async function endGroup(pid: number | undefined): Promise<void> {
  for (let pauses = 0; signalGroup(pid, 'SIGKILL') && pauses < maxPauses; pauses++) {
    if (!listProcesses().some(({ group }) => group === pid)) return;
    await sleep(pauseMs);
  }
}

/** Signals a whole process group, and tells whether there was one; that it is gone already is no error. */
export function signalGroup(pid: number | undefined, signal: NodeJS.Signals): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(-pid, signal);
  } catch (error) {
    // ESRCH: the whole group is gone already, which is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    return false;
  }
}
