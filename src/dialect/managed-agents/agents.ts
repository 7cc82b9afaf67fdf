import type { AgentProfile } from '../../core/agent.ts';
import { publicUrl } from '../../core/public-url.ts';
import type { Agent, AgentOverrides } from '../../core/sessions.ts';
import { toWireTools } from './agent-tools.ts';
import { toTime } from './time.ts';
import type { WireAgent, WireSessionAgent } from './types.ts';

/** The key of an agent's metadata that names the profile which it narrows. */
export const profileKey = 'profile';

export function toWireAgent(agent: Agent): WireAgent {
  const { definition, createdAt, updatedAt, archivedAt } = agent;
  return {
    ...toWireSessionAgent(agent, {}),
    metadata: definition === undefined ? {} : { ...definition.metadata, [profileKey]: definition.profile },
    created_at: toTime(createdAt),
    updated_at: toTime(updatedAt),
    archived_at: archivedAt === undefined ? null : toTime(archivedAt),
  };
}

/** An agent with what a session has changed in it. */
export function toWireSessionAgent({ profile, definition, version }: Agent, changes: AgentOverrides): WireSessionAgent {
  const overrides = { ...(definition && { customTools: definition.customTools }), ...changes };
  const system = overrides.system === undefined ? profile.system?.text : overrides.system;
  return {
    type: 'agent',
    id: profile.name,
    name: definition?.name ?? profile.name,
    description: profile.description ?? null,
    version,
    model: { id: overrides.model ?? profile.model, speed: 'standard' },
    system: system ?? null,
    tools: toWireTools(profile, overrides),
    mcp_servers: mcpServersOf(profile),
    skills: [],
    multiagent: null,
    execution_identity: { type: 'service_account' },
  };
}

function mcpServersOf({ mcpServers }: AgentProfile): WireSessionAgent['mcp_servers'] {
  return Object.entries(mcpServers).flatMap(([name, server]) =>
    server.type === 'stdio' ? [] : [{ type: 'url' as const, name, url: publicUrl(server) }],
  );
}
