import type { AgentMcpServer, AgentProfile } from '../../core/agent.ts';
import type { Agent, AgentOverrides } from '../../core/sessions.ts';
import { toWireTools } from './agent-tools.ts';
import { toTime } from './time.ts';
import type { WireAgent, WireSessionAgent } from './types.ts';

export function toWireAgent(agent: Agent): WireAgent {
  return {
    ...toWireSessionAgent(agent, {}),
    metadata: {},
    created_at: toTime(agent.createdAt),
    updated_at: toTime(agent.updatedAt),
    archived_at: null,
  };
}

/** An agent with what a session has changed in it. */
export function toWireSessionAgent({ profile, version }: Agent, overrides: AgentOverrides): WireSessionAgent {
  const system = overrides.system === undefined ? profile.system?.text : overrides.system;
  return {
    type: 'agent',
    id: profile.name,
    name: profile.name,
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

/** Without what may be a secret: a password, or a key in the query. */
function publicUrl({ url }: Extract<AgentMcpServer, { url: string }>): string {
  return url.replace(/[?#].*$/s, '').replace(/^([a-z]+:\/\/)[^/]*@/i, '$1');
}
