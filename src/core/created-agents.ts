import type { AgentDefinition, AgentPatch } from './agent-definition.ts';
import type { Agent, Caller } from './sessions.ts';

/**
 * Agents that were created over the API, as far as the caller may use their profiles. Every method rejects with a
 * `HarnessError`; those that change something do not ask whether the caller may.
 */
export interface CreatedAgents {
  /** The oldest first. */
  list(caller: Caller, options: { includeArchived: boolean }): Promise<readonly Agent[]>;
  /** `INVALID_REQUEST` where it is wider than its profile. */
  create(caller: Caller, definition: AgentDefinition): Promise<Agent>;
  /**
   * Makes a new version where anything changes. `AGENT_CONFLICT` where it is archived or, if one is expected, at another
   * version; `UNSUPPORTED_PARAMETER` for one of the configuration.
   */
  update(caller: Caller, id: string, patch: AgentPatch, expectedVersion?: number): Promise<Agent>;
  /** Sessions that it has go on. `UNSUPPORTED_PARAMETER` for one of the configuration. */
  archive(caller: Caller, id: string): Promise<Agent>;
}
