import type { AgentProfile } from '../../core/agent.ts';
import { mayUseAgent } from '../../core/may-use-agent.ts';
import type { Caller } from '../../core/sessions.ts';

/** An agent as a model that chat clients ask for: `MODEL:AGENT`. */
export interface AgentModel {
  id: string;
  profile: AgentProfile;
  /** The model that the agent is to use, as the client named it. */
  model: string;
}

export interface AgentModelsOptions {
  profiles: readonly AgentProfile[];
  /** Names that the configuration has for other models. */
  aliases: Readonly<Record<string, string>>;
}

/** The agents of the configuration by the names that they have as models. */
export class AgentModels {
  readonly #profiles: ReadonlyMap<string, AgentProfile>;
  readonly #aliases: AgentModelsOptions['aliases'];

  constructor({ profiles, aliases }: AgentModelsOptions) {
    this.#profiles = new Map(profiles.map((profile) => [profile.name, profile]));
    this.#aliases = aliases;
  }

  /** The agent that a model's name stands for, whoever may use it; undefined for the name of a model. */
  find(name: unknown): AgentModel | undefined {
    if (typeof name !== 'string' || Object.hasOwn(this.#aliases, name)) return undefined;
    const colon = name.lastIndexOf(':');
    const profile = this.#profiles.get(name.slice(colon + 1));
    return colon <= 0 || profile === undefined ? undefined : { id: name, profile, model: name.slice(0, colon) };
  }

  /** Each agent that the caller may use, with its own model. */
  list(caller: Caller): readonly AgentModel[] {
    return [...this.#profiles.values()]
      .filter((profile) => mayUseAgent(caller, profile))
      .map((profile) => ({ id: `${profile.model}:${profile.name}`, profile, model: profile.model }));
  }
}
