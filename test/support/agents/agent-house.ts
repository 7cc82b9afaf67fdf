import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import type { WrittenProfile } from '../../../src/config/agents/profile.ts';
import type { Service } from '../../../src/service.ts';
import { startStandIn, type StandIn } from '../../../src/stand-in/stand-in.ts';
import { makeHome } from '../service/home.ts';
import { cheapModel, type ConfigChanges } from '../service/sections.ts';
import { startService } from '../service/start-service.ts';
import { started, type Stoppable } from '../started.ts';
import { agentsConfig } from './agents-config.ts';

export interface RunningHouse {
  service: Service;
  client: Anthropic;
}

/** What outlives its services: a home with the state file and transcripts, an agent's workspace, and the model. */
export interface AgentHouse extends Stoppable {
  standIn: StandIn;
  home: string;
  /** The workspace of the agent `careful`. */
  folder: string;
  /** Starts a service with the agent `careful`, beside those that run already. */
  start: (options?: StartOptions) => Promise<RunningHouse>;
}

interface StartOptions {
  /** The program for `claude`; the real one by default. */
  cli?: string;
  /** What differs for the agent: by default its commands run, and all else is asked about. */
  careful?: Partial<WrittenProfile>;
  jobs?: ConfigChanges['jobs'] & object;
}

/** Services over one home, with the real CLI against a stand-in for the API. */
export function openAgentHouse(): Promise<AgentHouse> {
  return started(async (cleanup) => {
    const home = realpathSync(makeHome(cleanup, 'agent-house-'));
    const folder = join(home, 'work');
    mkdirSync(folder);
    const standIn = await startStandIn({});
    cleanup.defer(() => standIn.stop());
    const start = async ({ cli, careful = {}, jobs = {} }: StartOptions = {}): Promise<RunningHouse> => {
      const { url, service } = await startService({
        as: 'in-process',
        ...{ cleanup, home, cli, apiUrl: standIn.url },
        // Nobody chats with it.
        changes: {
          pool: { warm_per_model: 0, max_warm: 0 },
          jobs,
          agents: agentsConfig({ careful: { ...carefulIn(folder), ...careful } }),
        },
      });
      return { service, client: new Anthropic({ baseURL: url, apiKey: 'any', maxRetries: 0 }) };
    };
    return { standIn, home, folder, start };
  });
}

/** An agent whose commands run, and that asks about all else. */
export const carefulIn = (folder: string) => ({
  model: cheapModel,
  workspaces: [{ path: folder, mode: 'rw' as const }],
  tools: ['bash' as const, 'read' as const, 'write' as const],
  permissions: { default: 'always_ask' as const, bash: 'always_allow' as const },
  sandbox: 'off' as const,
});
