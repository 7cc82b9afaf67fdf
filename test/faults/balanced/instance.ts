import { once } from 'node:events';
import { expect, vi } from 'vitest';
import type { Cleanup } from '../../support/cleanup.ts';
import { freePort } from '../../support/free-port.ts';
import { endProcessesOf, makeHome } from '../../support/service/home.ts';
import { loginAt } from '../../support/service/sections.ts';
import { startService, type ChildService } from '../../support/service/start-service.ts';

export interface Instance {
  /** As in `server.instance`. */
  number: number;
  /** The made-up subscription that it asks the API with. */
  login: string;
  /** Host and port, which stay over a restart. */
  address: string;
  start: () => Promise<void>;
  /** Without a chance to tidy up, and with its CLI processes, as a unit and a container end them. */
  kill: () => Promise<void>;
  /** As its users end it; gives the exit code. */
  stop: () => Promise<number | null>;
  /** The status of `/ready`; undefined where nobody answers. */
  ready: () => Promise<number | undefined>;
}

/** One harness of several on a machine of its own: the built program, with a home, a state and a login of its own. */
export async function createInstance(
  number: number,
  { cleanup, apiUrl, turns }: { cleanup: Cleanup; apiUrl: string; turns: number },
): Promise<Instance> {
  const home = makeHome(cleanup, `harness-instance-${number}-`);
  const login = `sk-ant-oat01-made-up-${number}`;
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  let service: ChildService | undefined;
  const ended = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> => {
    if (service === undefined) throw new Error('the instance does not run');
    const { child } = service;
    const exit = once(child, 'exit') as Promise<[number | null]>;
    child.kill(signal);
    const [code] = await exit;
    service = undefined;
    return code;
  };
  const ready = async (): Promise<number | undefined> =>
    (await fetch(`http://${address}/ready`).catch(() => undefined))?.status;
  return {
    ...{ number, login, address, ready },
    async start() {
      service = await startService({
        as: 'child-process',
        ...{ cleanup, home, apiUrl },
        sections: {
          server: { port, instance: number, unready_delay: '2s' },
          claude: { env: { ...loginAt(apiUrl), CLAUDE_CODE_OAUTH_TOKEN: login } },
          limits: { concurrent_turns: turns, plan_limit_status: 503 },
          pool: { max_warm: turns },
        },
      });
      await vi.waitFor(
        async () => {
          expect(await ready()).toBe(200);
        },
        { timeout: 30_000 },
      );
    },
    async kill() {
      await ended('SIGKILL');
      await endProcessesOf(home);
    },
    stop: () => ended('SIGTERM'),
  };
}
