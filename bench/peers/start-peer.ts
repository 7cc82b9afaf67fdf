import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cliUnderTest } from '../../test/support/cli-under-test.ts';
import { endProcess } from '../../test/support/end-process.ts';
import { freePort } from '../../test/support/free-port.ts';
import type { Lab } from '../support/lab.ts';
import type { Peer } from './peers.ts';
import type { Service } from './candidate.ts';

const startTimeoutMs = 30_000;

/** Starts an installed peer, with the real CLI as `claude` on its path, and waits until it serves. */
export async function startPeer(peer: Peer, folder: string, lab: Lab): Promise<Service> {
  const port = await freePort();
  const child = spawn(process.execPath, [join(folder, peer.entry), ...peer.toArguments(port)], {
    cwd: lab.workspace,
    env: {
      ...lab.claudeEnv,
      // What every careful operator sets, and the harness by itself.
      DISABLE_AUTOUPDATER: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      PATH: `${folderWithCli(lab)}:${process.env['PATH'] ?? ''}`,
      HOME: lab.home,
      TMPDIR: lab.tmp,
    },
    stdio: 'ignore',
  });
  lab.cleanup.defer(() => endProcess(child));
  const url = `http://127.0.0.1:${port}`;
  const deadline = performance.now() + startTimeoutMs;
  while (!(await isServing(`${url}${peer.readyPath}`))) {
    if (child.exitCode !== null || performance.now() > deadline) throw new Error(`${peer.name} did not start`);
    await sleep(100);
  }
  return {
    url,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    stop: () => endProcess(child),
  };
}

function folderWithCli({ home }: Lab): string {
  const folder = join(home, 'bin');
  if (mkdirSync(folder, { recursive: true }) !== undefined) symlinkSync(cliUnderTest, join(folder, 'claude'));
  return folder;
}

async function isServing(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}
