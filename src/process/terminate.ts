import type { Writable } from 'node:stream';

/** The CLI needs about 80 ms from SIGTERM to its exit, removing its session files on the way (2.1.197 and 2.1.329). */
const graceMs = 2000;

export interface TerminableProcess {
  readonly pid?: number | undefined;
  readonly stdin: Writable;
}

/**
 * Ends a process group: end of input and SIGTERM together, since a CLI in the middle of a turn does not look at its
 * input; SIGKILL when that was not enough. Settles when the process is gone.
 */
export async function terminate(target: TerminableProcess, exited: Promise<unknown>): Promise<void> {
  target.stdin.end();
  signalGroup(target.pid, 'SIGTERM');
  const timer = setTimeout(() => {
    signalGroup(target.pid, 'SIGKILL');
  }, graceMs);
  await exited;
  clearTimeout(timer);
  // What the CLI started and left behind is still in its group.
  signalGroup(target.pid, 'SIGKILL');
}

/** Signals a whole process group; that it is gone already is no error. */
export function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // ESRCH: the whole group is gone already, which is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
