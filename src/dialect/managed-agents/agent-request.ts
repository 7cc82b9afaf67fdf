import type { AgentDefinition, AgentPatch } from '../../core/agent-definition.ts';
import type { AgentProfile } from '../../core/agent.ts';
import type { Agent } from '../../core/sessions.ts';
import { without } from '../../core/without.ts';
import { invalidRequest } from '../anthropic-shared/invalid-request.ts';
import { readRequest } from '../anthropic-shared/read-request.ts';
import { agentBody, agentUpdateBody, type AgentBody, type AgentUpdateBody } from './agent-request-schema.ts';
import { profileKey } from './agents.ts';
import { keptMcpServers, toMcpServers } from './mcp-servers.ts';
import { toToolOverrides } from './tool-overrides.ts';

/** Reads the body of `POST /v1/agents`. Throws `INVALID_REQUEST` or `UNSUPPORTED_PARAMETER`. */
export function parseAgentBody(body: unknown): AgentBody {
  return readRequest(agentBody, body, 'The request body must be a JSON object with name and model.');
}

/** Reads the body of `POST /v1/agents/{id}`. Throws `INVALID_REQUEST` or `UNSUPPORTED_PARAMETER`. */
export function parseAgentUpdateBody(body: unknown): AgentUpdateBody {
  return readRequest(agentUpdateBody, body, 'The request body must be a JSON object.');
}

/**
 * The profile that an agent is to narrow, of those that the caller may use; one that exists keeps its own by default.
 * Throws `INVALID_REQUEST`.
 */
export function chooseProfile(
  agents: readonly Agent[],
  { metadata }: AgentBody | AgentUpdateBody,
  current?: AgentDefinition,
): AgentProfile {
  const named = metadata?.[profileKey] ?? current?.profile;
  const profiles = agents.map(({ profile }) => profile);
  const found =
    named === undefined && profiles.length === 1 ? profiles[0] : profiles.find(({ name }) => name === named);
  if (found !== undefined) return found;
  throw invalidRequest(
    `metadata.${profileKey}`,
    `Input should be one of the agents of the configuration that the token may use: ${profiles.map(({ name }) => name).join(', ')}`,
  );
}

/** What a body creates. Without tools it has none, without a prompt none but the CLI's own. Throws `INVALID_REQUEST`. */
export function toAgentDefinition(body: AgentBody, profile: AgentProfile): AgentDefinition {
  const { name, model, description, system, tools = [], mcp_servers: servers, metadata = {} } = body;
  return {
    ...{ name, model: model.id, profile: profile.name },
    description: orNull(description),
    system: orNull(system),
    ...toTools(tools, profile),
    mcpServers: toMcpServers({ tools, servers }, profile),
    metadata: without(metadata, profileKey),
  };
}

/** What a body changes in an agent, which narrows `profile` from then on. Throws `INVALID_REQUEST`. */
export function toAgentPatch(body: AgentUpdateBody, current: AgentDefinition, profile: AgentProfile): AgentPatch {
  const { name, model, description, system, tools, mcp_servers: servers, metadata } = body;
  return {
    profile: profile.name,
    ...(name !== undefined && { name }),
    ...(model !== undefined && { model: model.id }),
    ...(description !== undefined && { description: orNull(description) }),
    ...(system !== undefined && { system: orNull(system) }),
    ...(tools !== undefined && {
      ...toTools(tools ?? [], profile),
      mcpServers: toMcpServers({ tools: tools ?? [], servers: servers ?? undefined }, profile),
    }),
    ...(tools === undefined &&
      servers !== undefined && { mcpServers: keptMcpServers(current.mcpServers, servers ?? [], profile) }),
    ...(metadata != null && { metadata: without(metadata, profileKey) }),
  };
}

function toTools(tools: NonNullable<AgentBody['tools']>, profile: AgentProfile) {
  return toToolOverrides(tools, profile, 'tools');
}

/** An empty text clears a field, as null does. */
function orNull(value: string | null | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}
