import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { Cleanup } from '../../support/cleanup.ts';
import { endProcess } from '../../support/end-process.ts';
import { freePort } from '../../support/free-port.ts';
import { root } from '../../support/root.ts';

export interface HaproxyOptions {
  cleanup: Cleanup;
  /** Where its configuration is put. */
  home: string;
  /** Host and port of each. */
  instances: readonly [string, string];
  /** Turns that each has places for. */
  turns: number;
  state: SharedState;
}

/** Whether responses and conversations are in a database that the instances share, and files with what names them as well. */
export type SharedState = 'own' | 'shared' | 'shared-files';

const file = join(root, 'deploy/haproxy/haproxy.cfg');

/**
 * Starts Debian's HAProxy with the deployment's configuration, as it is, of which it may warn of nothing; gives its URL when both
 * instances are up.
 */
export async function startHaproxy({
  cleanup,
  home,
  instances: [one, two],
  turns,
  state,
}: HaproxyOptions): Promise<string> {
  const listen = `127.0.0.1:${await freePort()}`;
  const path = join(home, 'haproxy.cfg');
  writeFileSync(path, readFileSync(file));
  const child = spawn('haproxy', ['-f', path, '-db', '-dW'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      ...{ HARNESS_LISTEN: listen, HARNESS_ONE: one, HARNESS_TWO: two },
      ...{ HARNESS_TURNS: String(turns), HARNESS_STATE: state },
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  cleanup.defer(() => endProcess(child));
  const failed = new Promise<never>((_resolve, reject) => {
    child.once('error', (error) => {
      reject(new Error('HAProxy is missing: apt-get install haproxy, as .ci/run does', { cause: error }));
    });
    child.once('exit', (code) => {
      reject(new Error(`HAProxy ended with ${String(code)}:\n${said.join('')}`));
    });
  });
  failed.catch(() => undefined);
  const url = `http://${listen}`;
  const listens = vi.waitFor(() => fetch(`${url}/health`), { timeout: 10_000 });
  await Promise.race([failed, listens]);
  return url;
}
