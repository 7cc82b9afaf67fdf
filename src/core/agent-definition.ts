import type { CustomTool, KeptTool } from './agent.ts';

/** What an agent that was created over the API is: less than a profile of the configuration. */
export interface AgentDefinition {
  /** For people; its id is what it is named by. */
  name: string;
  description: string | null;
  /** The name of the profile that it narrows. */
  profile: string;
  model: string;
  /** `null`: it has none, whatever the profile's. */
  system: string | null;
  /** Of the profile's. */
  tools: readonly KeptTool[];
  /** Those that the client of a session runs, unless the session has its own. */
  customTools: readonly CustomTool[];
  /** The names of the profile's. */
  mcpServers: readonly string[];
  metadata: Readonly<Record<string, string>>;
}

/** What is changed in it; what is absent stays. */
export interface AgentPatch extends Partial<Omit<AgentDefinition, 'metadata'>> {
  /** `null` removes a key. */
  metadata?: Readonly<Record<string, string | null>>;
}

/** Names of agents that were created. A profile could have such a name, and then is what is meant by it. */
export function isCreatedAgentId(id: string): boolean {
  return /^agent_[0-9a-f]{32}$/.test(id);
}
