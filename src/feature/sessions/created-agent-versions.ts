import type { AgentDefinition } from '../../core/agent-definition.ts';
import type { AgentProfile } from '../../core/agent.ts';
import type { Agent, Caller } from '../../core/sessions.ts';
import { without } from '../../core/without.ts';
import { agentNotFound, noSuchAgent } from './agent-errors.ts';
import type { AgentVersions } from './agent-versions.ts';
import type { CreatedAgentStore, StoredDefinition } from './created-agent-store.ts';
import { narrowProfile } from './narrow-profile.ts';

/**
 * The agents that were created over the API, as what is configured now leaves them: each narrows a profile, belongs to
 * those who may use that, and is gone while the profile is.
 */
export class CreatedAgentVersions {
  readonly #configured: AgentVersions;
  readonly #store: CreatedAgentStore;

  constructor(configured: AgentVersions, store: CreatedAgentStore) {
    this.#configured = configured;
    this.#store = store;
  }

  /** The oldest first, archived ones included. */
  async list(caller: Caller): Promise<readonly Agent[]> {
    return this.#usable(caller, await this.#store.list());
  }

  /** The newest version by default. Throws `AGENT_NOT_FOUND`. */
  async find(caller: Caller, id: string, version?: number): Promise<Agent> {
    const stored = await this.#store.find(id, version);
    const [agent] = this.#usable(caller, stored === undefined ? [] : [stored]);
    if (agent !== undefined) return agent;
    if (version === undefined) throw noSuchAgent(id);
    const newest = await this.find(caller, id);
    throw agentNotFound(`The agent "${id}" has no version ${version}; the newest is ${newest.version}.`);
  }

  /** All versions, the newest first. Throws `AGENT_NOT_FOUND`. */
  async versions(caller: Caller, id: string): Promise<readonly Agent[]> {
    const versions = this.#usable(caller, await this.#store.versions(id));
    if (versions.length === 0) throw noSuchAgent(id);
    return versions;
  }

  /** For a turn: undefined where its profile is gone, or no longer the caller's. */
  async current(caller: Caller, id: string, version: number): Promise<Agent | undefined> {
    const stored = await this.#store.find(id, version);
    return this.#usable(caller, stored === undefined ? [] : [stored])[0];
  }

  /** The version of a session; where its profile is gone, as that was last. Throws `AGENT_NOT_FOUND`. */
  async ofSession(id: string, version: number): Promise<Agent> {
    const stored = await this.#store.find(id, version);
    const base = stored && (await this.#configured.lastKnown(stored.definition.profile));
    if (stored !== undefined && base !== undefined) return toAgent(stored, base);
    throw agentNotFound(`The state file has no version ${version} of the agent "${id}".`);
  }

  #usable(caller: Caller, stored: readonly StoredDefinition[]): readonly Agent[] {
    return stored.flatMap((one) => {
      const base = this.#configured.profile(caller, one.definition.profile);
      return base === undefined ? [] : [toAgent(one, base)];
    });
  }
}

function toAgent(stored: StoredDefinition, base: AgentProfile): Agent {
  const { id, version, createdAt, firstAt, archivedAt, definition } = stored;
  return {
    ...{ profile: narrowed(base, id, definition), definition, version, createdAt: firstAt },
    updatedAt: archivedAt ?? createdAt,
    ...(archivedAt !== null && { archivedAt }),
  };
}

function narrowed(base: AgentProfile, id: string, definition: AgentDefinition): AgentProfile {
  const { description, model, system, tools, mcpServers } = definition;
  return {
    ...without(narrowProfile(base, { model, system, tools, mcpServers }), 'description'),
    name: id,
    ...(description !== null && { description }),
  };
}
