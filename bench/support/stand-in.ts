import { spawn } from 'node:child_process';
import type { Cleanup } from '../../test/support/cleanup.ts';
import { endProcess } from '../../test/support/end-process.ts';
import { firstLine } from '../../test/support/first-line.ts';
import { root } from '../../test/support/root.ts';

/** Starts the stand-in for the Messages API in its own process; gives its URL. */
export async function startStandIn(cleanup: Cleanup): Promise<string> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'bench/stand-in-process.ts'], {
    cwd: root,
    env: { PATH: process.env['PATH'] },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  cleanup.defer(() => endProcess(child));
  return firstLine(child, (line) => line);
}
