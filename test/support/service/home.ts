import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cleanup } from '../cleanup.ts';

/** Makes a throw-away home for the user that a service runs as. What is in it goes with it. */
export function makeHome(cleanup: Cleanup, prefix: string): string {
  const home = mkdtempSync(join(tmpdir(), prefix));
  cleanup.defer(() => {
    // A process that has been killed may still be at work in it for a moment.
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  });
  return home;
}

/** The empty folder that the CLI runs in, which the service makes where it is missing. */
export function workspaceOf(home: string): string {
  return join(home, 'workspace');
}

/** Makes a folder for temporary files within the home. */
export function makeTmp(home: string): string {
  const tmp = join(home, 'tmp');
  mkdirSync(tmp);
  return tmp;
}

/** How many processes have this home. */
export function countProcesses(home: string): number {
  return processesOf(home).length;
}

/** Linux only: processes are told by the home in their environment, which no other service shares. */
export function processesOf(home: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && environmentOf(entry).includes(`HOME=${home}\0`))
    .map(Number);
}

/** Ends what a killed service has left behind in its home; settles when all of it is gone. */
export async function endProcessesOf(home: string): Promise<void> {
  for (let left = processesOf(home); left.length > 0; left = processesOf(home)) {
    for (const pid of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch (error) {
        // It has ended since the look.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
    await sleep(20);
  }
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    // It ended between the listing and the look, or is another user's.
    return '';
  }
}
