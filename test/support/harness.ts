import OpenAI from 'openai';
import type { Service } from '../../src/service.ts';
import type { BehaviourSource } from '../../src/stand-in/behaviour.ts';
import { startStandIn, type StandIn } from '../../src/stand-in/stand-in.ts';
import type { MemoryLog } from './memory-log.ts';
import { countProcesses, makeHome } from './service/home.ts';
import type { ConfigChanges } from './service/sections.ts';
import { startService } from './service/start-service.ts';
import { started } from './started.ts';

export { cheapModel, type ConfigChanges } from './service/sections.ts';

export interface Harness {
  url: string;
  home: string;
  service: Service;
  standIn: StandIn;
  log: MemoryLog;
  client: OpenAI;
  /** Under `/api`. */
  directClient: OpenAI;
  /** How many CLI processes of this harness are alive. */
  processes: () => number;
  /** Whether all of them wait for turns: no request is being served, and none is in use, being emptied or ended. */
  allWait: () => Promise<boolean>;
  stop: () => Promise<void>;
}

/** For `direct.api_key_env`; the variable holds a made-up key. */
export const apiKeyVariable = 'HARNESS_TEST_API_KEY';
export const madeUpKey = 'sk-ant-api03-made-up';
process.env[apiKeyVariable] = madeUpKey;

/** Turns on the direct backend, which asks the same stand-in. */
export const withDirect = { direct: { api_key_env: apiKeyVariable } } satisfies ConfigChanges;

/** A whole service in this process, with the real CLI against a stand-in for the API. */
export async function startHarness(behaviour?: BehaviourSource, changes: ConfigChanges = {}): Promise<Harness> {
  return started(async (cleanup) => {
    const home = makeHome(cleanup, 'harness-test-');
    const standIn = await startStandIn(behaviour === undefined ? {} : { behaviour });
    cleanup.defer(() => standIn.stop());
    const { url, service, log } = await startService({ as: 'in-process', cleanup, home, apiUrl: standIn.url, changes });
    return {
      ...{ url, home, service, standIn, log },
      client: new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any', maxRetries: 0 }),
      directClient: new OpenAI({ baseURL: `${url}/api/v1`, apiKey: 'any', maxRetries: 0 }),
      processes: () => countProcesses(home),
      async allWait() {
        // A client that left may have sent a request that is yet to be read.
        await whatWasSentIsRead(url);
        const { turns, processes } = await healthOf(url);
        if (turns.active + turns.queued > 0 || countProcesses(home) !== processes.warm) return false;
        await whatWasSentIsRead(standIn.url);
        return true;
      },
    };
  });
}

export interface Health {
  turns: { active: number; queued: number };
  processes: { warm: number };
}

export async function healthOf(url: string): Promise<Health> {
  return (await (await fetch(`${url}/health`)).json()) as Health;
}

/**
 * What a client has sent before it left lies in the buffers of a server's connections; two calls on connections opened
 * later are read after it. After some stop reasons the CLI is such a client: it asks again by itself, until it is ended
 * or emptied.
 */
async function whatWasSentIsRead(url: string): Promise<void> {
  for (let call = 0; call < 2; call++) {
    await fetch(url, { method: 'HEAD', headers: { connection: 'close' } });
  }
}
