import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** More than the harness needs to end its own processes. */
const graceMs = 10_000;

/** SIGTERM, and SIGKILL when that was not enough; settles when the process is gone. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await exited;
  clearTimeout(timer);
}
