import type { AgentDefinition, AgentPatch } from '../../core/agent-definition.ts';
import type { AgentProfile } from '../../core/agent.ts';
import { HarnessError } from '../../core/errors.ts';
import { checkOverrides } from './narrow-profile.ts';
import { patchMetadata } from './patch-session.ts';

const maxPairs = 16;

/** Throws `INVALID_REQUEST` where an agent would be more than its profile allows. */
export function checkDefinition(profile: AgentProfile, definition: AgentDefinition): void {
  const { model, tools, customTools, mcpServers, metadata } = definition;
  checkOverrides(profile, { model, tools, customTools }, '');
  const missing = mcpServers.find((name) => !Object.hasOwn(profile.mcpServers, name));
  if (missing !== undefined)
    throw invalid('mcp_servers', `The agent "${profile.name}" has no MCP server "${missing}".`);
  if (Object.keys(metadata).length > maxPairs)
    throw invalid('metadata', `At most ${maxPairs} pairs are kept, besides profile.`);
}

export function patchDefinition(definition: AgentDefinition, { metadata, ...patch }: AgentPatch): AgentDefinition {
  return {
    ...definition,
    ...patch,
    metadata: patchMetadata(definition.metadata, metadata),
  };
}

function invalid(param: string, message: string): HarnessError {
  return new HarnessError('INVALID_REQUEST', message, { param });
}
