import type { AgentDefinition, AgentPatch } from '../../core/agent-definition.ts';
import type { AgentProfile } from '../../core/agent.ts';
import type { CreatedAgents } from '../../core/created-agents.ts';
import { HarnessError } from '../../core/errors.ts';
import type { Agent, Caller } from '../../core/sessions.ts';
import type { Agents } from './agents.ts';
import type { CreatedAgentStore } from './created-agent-store.ts';
import { checkDefinition, patchDefinition } from './define-agent.ts';

export interface ChangeAgentsOptions {
  agents: Agents;
  store: CreatedAgentStore;
  /** Milliseconds since the epoch. */
  now: () => number;
  newAgentId: () => string;
}

/** Creates agents and changes them, as `CreatedAgents` says. */
export class ChangeAgents implements CreatedAgents {
  readonly #options: ChangeAgentsOptions;

  constructor(options: ChangeAgentsOptions) {
    this.#options = options;
  }

  async list(caller: Caller, { includeArchived }: { includeArchived: boolean }): Promise<readonly Agent[]> {
    const agents = await this.#options.agents.created.list(caller);
    return agents.filter(({ archivedAt }) => includeArchived || archivedAt === undefined);
  }

  async create(caller: Caller, definition: AgentDefinition): Promise<Agent> {
    const { agents, store, now, newAgentId } = this.#options;
    await this.#check(caller, definition);
    const id = newAgentId();
    await store.create(id, definition, now());
    return agents.find(caller, id);
  }

  async update(caller: Caller, id: string, patch: AgentPatch, expectedVersion?: number): Promise<Agent> {
    const { agents, store, now } = this.#options;
    const agent = await this.#find(caller, id);
    if (agent.archivedAt !== undefined) throw conflict(`The agent "${id}" is archived, and stays as it is.`);
    if (expectedVersion !== undefined && expectedVersion !== agent.version) throw changed(agent);
    const definition = patchDefinition(agent.definition, patch);
    if (JSON.stringify(definition) === JSON.stringify(agent.definition)) return agent;
    await this.#check(caller, definition);
    if (!(await store.add(id, agent.version, definition, now()))) throw changed(await agents.find(caller, id));
    return agents.find(caller, id);
  }

  async archive(caller: Caller, id: string): Promise<Agent> {
    const { agents, store, now } = this.#options;
    await this.#find(caller, id);
    await store.archive(id, now());
    return agents.find(caller, id);
  }

  async #check(caller: Caller, definition: AgentDefinition): Promise<void> {
    const { configured } = this.#options.agents;
    const profile: AgentProfile | undefined = configured.profile(caller, definition.profile);
    if (profile === undefined) {
      const message = `There is no agent "${definition.profile}" in the configuration that this token may use.`;
      throw new HarnessError('INVALID_REQUEST', message, { param: 'metadata.profile' });
    }
    checkDefinition(profile, definition);
    // Kept, so that sessions can be shown when the profile is gone.
    await configured.newest(caller, profile.name);
  }

  async #find(caller: Caller, id: string): Promise<Agent & { definition: AgentDefinition }> {
    const agent = await this.#options.agents.find(caller, id);
    const { definition } = agent;
    if (definition !== undefined) return { ...agent, definition };
    throw new HarnessError(
      'UNSUPPORTED_PARAMETER',
      `The agent "${id}" can only be changed in the configuration of the server, under agents (docs/agents.md).`,
    );
  }
}

function changed({ profile, version }: Agent): HarnessError {
  return conflict(
    `The agent "${profile.name}" is at version ${version}: somebody has changed it; read it again first.`,
  );
}

function conflict(message: string): HarnessError {
  return new HarnessError('AGENT_CONFLICT', message);
}
