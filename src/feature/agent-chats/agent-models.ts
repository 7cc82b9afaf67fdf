import { isCreatedAgentId } from '../../core/agent-definition.ts';
import type { AgentProfile } from '../../core/agent.ts';
import { mayUseAgent } from '../../core/may-use-agent.ts';
import type { Caller } from '../../core/sessions.ts';

/** An agent as a model that chat clients ask for: `MODEL:AGENT`. */
export interface AgentModel {
  id: string;
  /** The agent's name, or the id of one that was created. */
  agent: string;
  /** Absent of one that was created: only the service that runs agents knows whether there is one. */
  profile?: AgentProfile;
  /** The model that the agent is to use, as the client named it. */
  model: string;
}

export interface AgentModelsOptions {
  profiles: readonly AgentProfile[];
  /** Names that the configuration has for other models now. */
  aliases: () => Readonly<Record<string, string>>;
}

/** One that the configuration describes. */
export type ConfiguredAgentModel = AgentModel & { profile: AgentProfile };

/** The agents by the names that they have as models. */
export class AgentModels {
  readonly #profiles: ReadonlyMap<string, AgentProfile>;
  readonly #aliases: AgentModelsOptions['aliases'];

  constructor({ profiles, aliases }: AgentModelsOptions) {
    this.#profiles = new Map(profiles.map((profile) => [profile.name, profile]));
    this.#aliases = aliases;
  }

  /**
   * The agent that a model's name stands for, whoever may use it, and whether or not there is one of such an id; undefined
   * for the name of a model.
   */
  find(name: unknown): AgentModel | undefined {
    if (typeof name !== 'string' || Object.hasOwn(this.#aliases(), name)) return undefined;
    const colon = name.lastIndexOf(':');
    if (colon <= 0) return undefined;
    const agent = name.slice(colon + 1);
    const asked = { id: name, agent, model: name.slice(0, colon) };
    const profile = this.#profiles.get(agent);
    if (profile !== undefined) return { ...asked, profile };
    return isCreatedAgentId(agent) ? asked : undefined;
  }

  /** Each agent of the configuration that the caller may use, with its own model. */
  list(caller: Caller): readonly ConfiguredAgentModel[] {
    return [...this.#profiles.values()]
      .filter((profile) => mayUseAgent(caller, profile))
      .map((profile) => ({
        id: `${profile.model}:${profile.name}`,
        agent: profile.name,
        profile,
        model: profile.model,
      }));
  }
}
