import type { AgentProfile } from '../../core/agent.ts';
import { mayUseAgent } from '../../core/may-use-agent.ts';
import { without } from '../../core/without.ts';
import type { Agent, Caller } from '../../core/sessions.ts';
import { agentNotFound, noSuchAgent } from './agent-errors.ts';
import type { AgentStore, StoredAgentVersion } from './agent-store.ts';

/** The configured agents and the versions of each: a profile that has changed since the last start is a new one. */
export class AgentVersions {
  readonly #profiles: ReadonlyMap<string, AgentProfile>;
  readonly #store: AgentStore;
  readonly #now: () => number;
  /** The newest version of each agent, as far as it was kept: its profile does not change while the service runs. */
  readonly #newest = new Map<string, Agent>();

  constructor(profiles: readonly AgentProfile[], store: AgentStore, now: () => number) {
    this.#profiles = new Map(profiles.map((profile) => [profile.name, profile]));
    this.#store = store;
    this.#now = now;
  }

  has(name: string): boolean {
    return this.#profiles.has(name);
  }

  /** The profile as it is configured now; undefined where there is none, or it is not the caller's to use. */
  profile(caller: Caller, name: string): AgentProfile | undefined {
    const profile = this.#profiles.get(name);
    return profile !== undefined && mayUseAgent(caller, profile) ? profile : undefined;
  }

  /** The profile as it is configured, or was last, whoever may use it. */
  async lastKnown(name: string): Promise<AgentProfile | undefined> {
    const profile = this.#profiles.get(name);
    if (profile !== undefined) return profile;
    const [last] = await this.#store.list(name);
    return last && this.#fromStored(last, last.createdAt).profile;
  }

  async list(caller: Caller): Promise<readonly Agent[]> {
    const usable = [...this.#profiles.values()].filter((profile) => mayUseAgent(caller, profile));
    return Promise.all(usable.map((profile) => this.#newestOf(profile)));
  }

  /** Throws `AGENT_NOT_FOUND`. */
  async newest(caller: Caller, name: string): Promise<Agent> {
    return this.#newestOf(this.#usable(caller, name));
  }

  /** Throws `AGENT_NOT_FOUND`. */
  async find(caller: Caller, name: string, version: number): Promise<Agent> {
    const newest = await this.newest(caller, name);
    if (newest.version === version) return newest;
    const found = await this.#store.find(name, version);
    if (found === undefined)
      throw agentNotFound(`The agent "${name}" has no version ${version}; the newest is ${newest.version}.`);
    return this.#fromStored(found, newest.createdAt);
  }

  /** All versions, the newest first. Throws `AGENT_NOT_FOUND`. */
  async versions(caller: Caller, name: string): Promise<readonly Agent[]> {
    const { createdAt } = await this.newest(caller, name);
    return (await this.#store.list(name)).map((version) => this.#fromStored(version, createdAt));
  }

  /** The version with which a session was created, also where the agent is no longer configured. */
  async ofSession(name: string, version: number): Promise<Agent> {
    const known = this.#newest.get(name);
    if (known?.version === version) return known;
    const versions = await this.#store.list(name);
    const found = versions.find((stored) => stored.version === version);
    if (found === undefined) throw agentNotFound(`The state file has no version ${version} of the agent "${name}".`);
    return this.#fromStored(found, versions.at(-1)?.createdAt ?? found.createdAt);
  }

  #usable(caller: Caller, name: string): AgentProfile {
    const profile = this.profile(caller, name);
    if (profile === undefined) throw noSuchAgent(name);
    return profile;
  }

  async #newestOf(profile: AgentProfile): Promise<Agent> {
    const known = this.#newest.get(profile.name);
    if (known !== undefined) return known;
    const stored = await this.#store.add(profile.name, toJson(profile), this.#now());
    const first = stored.version === 1 ? stored : await this.#store.find(profile.name, 1);
    const agent = this.#fromStored(stored, first?.createdAt ?? stored.createdAt);
    this.#newest.set(profile.name, agent);
    return agent;
  }

  #fromStored({ name, version, createdAt, profile }: StoredAgentVersion, firstAt: number): Agent {
    const tokens = this.#profiles.get(name)?.tokens ?? [];
    const parsed = JSON.parse(profile) as Omit<AgentProfile, 'tokens'>;
    return { profile: { ...parsed, tokens }, version, createdAt: firstAt, updatedAt: createdAt };
  }
}

/** The order of keys is the configuration's schema's, so that equal profiles have equal JSON. */
function toJson(profile: AgentProfile): string {
  return JSON.stringify(without(profile, 'tokens'));
}
