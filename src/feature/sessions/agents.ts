import { HarnessError } from '../../core/errors.ts';
import { isCreatedAgentId } from '../../core/agent-definition.ts';
import type { AgentProfile, CustomTool } from '../../core/agent.ts';
import type { Agent, Caller } from '../../core/sessions.ts';
import type { AgentVersions } from './agent-versions.ts';
import type { CreatedAgentVersions } from './created-agent-versions.ts';
import { checkVersion } from './new-session.ts';
import type { StoredSession } from './session-row.ts';

/** What a session begins its next turn with, before it narrows anything. */
export interface AgentAtWork {
  profile: AgentProfile;
  /** Of sessions that have none of their own. */
  customTools: readonly CustomTool[];
}

/** All agents: those of the configuration by their names, others by their ids. */
export class Agents {
  readonly configured: AgentVersions;
  readonly created: CreatedAgentVersions;

  constructor(configured: AgentVersions, created: CreatedAgentVersions) {
    this.configured = configured;
    this.created = created;
  }

  /** The newest version by default. Throws `AGENT_NOT_FOUND`. */
  find(caller: Caller, name: string, version?: number): Promise<Agent> {
    if (this.#isCreated(name)) return this.created.find(caller, name, version);
    return version === undefined ? this.configured.newest(caller, name) : this.configured.find(caller, name, version);
  }

  /** All versions, the newest first. Throws `AGENT_NOT_FOUND`. */
  versions(caller: Caller, name: string): Promise<readonly Agent[]> {
    return this.#isCreated(name) ? this.created.versions(caller, name) : this.configured.versions(caller, name);
  }

  /** Throws `AGENT_NOT_FOUND`, and `INVALID_REQUEST` where no session can begin with it. */
  async forNewSession(caller: Caller, name: string, version: number | undefined): Promise<Agent> {
    if (!this.#isCreated(name)) {
      const newest = await this.configured.newest(caller, name);
      checkVersion(newest, version);
      return newest;
    }
    const agent = await this.created.find(caller, name, version);
    if (agent.archivedAt === undefined) return agent;
    const message = `The agent "${name}" is archived: no session can begin with it; create another agent.`;
    throw new HarnessError('INVALID_REQUEST', message, { param: 'agent' });
  }

  /** The version with which a session was created, also where the agent is no longer configured. */
  ofSession({ agentName, agentVersion }: StoredSession): Promise<Agent> {
    if (this.#isCreated(agentName)) return this.created.ofSession(agentName, agentVersion);
    return this.configured.ofSession(agentName, agentVersion);
  }

  /**
   * What a session's agent may do now: that of the configuration as it is, one that was created in the session's version,
   * within its profile as it is. Undefined where that is gone, or no longer the owner's to use.
   */
  async atWork({ owner, agentName, agentVersion }: StoredSession): Promise<AgentAtWork | undefined> {
    if (this.#isCreated(agentName)) {
      const agent = await this.created.current(owner, agentName, agentVersion);
      return agent && { profile: agent.profile, customTools: agent.definition?.customTools ?? [] };
    }
    const profile = this.configured.profile(owner, agentName);
    return profile && { profile, customTools: [] };
  }

  #isCreated(name: string): boolean {
    return isCreatedAgentId(name) && !this.configured.has(name);
  }
}
