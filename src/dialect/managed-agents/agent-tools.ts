import type { AgentProfile, AgentTool, PermissionPolicy } from '../../core/agent.ts';
import type { AgentOverrides } from '../../core/sessions.ts';
import type { WireAgentTool } from './types.ts';

type Permissions = AgentProfile['permissions'];

/** From what happens without anybody being asked to what never happens. */
const byStrictness: readonly PermissionPolicy[] = ['always_allow', 'always_ask', 'deny'];

/** The tools of an agent in a session: those of the CLI, of MCP servers, and of the client. */
export function toWireTools(profile: AgentProfile, overrides: AgentOverrides): WireAgentTool[] {
  const { permissions } = profile;
  const tools = overrides.tools ?? profile.tools.map((tool) => ({ tool }));
  return [
    {
      type: 'agent_toolset_20260401',
      configs: tools.map(({ tool, policy }: { tool: AgentTool; policy?: PermissionPolicy }) =>
        toConfig(tool, strictest([policyOf(tool, permissions), ...(policy === undefined ? [] : [policy])])),
      ),
      default_config: { enabled: false, permission_policy: { type: 'always_ask' } },
    },
    ...Object.keys(profile.mcpServers).map((name) => ({
      type: 'mcp_toolset' as const,
      mcp_server_name: name,
      configs: [],
      default_config: toWirePolicy(permissions.default),
    })),
    ...(overrides.customTools ?? []).map(({ name, description, inputSchema }) => ({
      type: 'custom' as const,
      name,
      description,
      input_schema: inputSchema,
    })),
  ];
}

function toConfig(name: AgentTool, policy: PermissionPolicy) {
  return {
    type: name,
    name,
    ...toWirePolicy(policy),
    ...(name === 'web_fetch' && { url_sources: null }),
  };
}

/** A tool whose calls are all refused is none. */
export function toWirePolicy(policy: PermissionPolicy) {
  return {
    enabled: policy !== 'deny',
    permission_policy: { type: policy === 'always_allow' ? ('always_allow' as const) : ('always_ask' as const) },
  };
}

/** What holds for all calls of a tool; rules for some of them have no place in the API. */
function policyOf(tool: AgentTool, { rules, default: usual }: Permissions): PermissionPolicy {
  const own = rules.filter((rule) => rule.tool === tool && rule.pattern === undefined).map(({ policy }) => policy);
  return own.length === 0 ? usual : strictest(own);
}

function strictest(policies: readonly PermissionPolicy[]): PermissionPolicy {
  return byStrictness.findLast((policy) => policies.includes(policy)) ?? 'deny';
}
