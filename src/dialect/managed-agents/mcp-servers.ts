import type { AgentMcpServer, AgentProfile } from '../../core/agent.ts';
import { publicUrl } from '../../core/public-url.ts';
import { invalidRequest } from '../anthropic-shared/invalid-request.ts';
import type { AgentBody } from './agent-request-schema.ts';
import { toWirePolicy } from './agent-tools.ts';
import type { McpToolsetParam, ToolParam } from './tool-request-schema.ts';

type Servers = NonNullable<AgentBody['mcp_servers']>;

/**
 * The names of the profile's MCP servers whose toolsets an agent has. `servers` are those at an address, whose toolsets
 * must be there; those that are programs have a toolset only. Throws `INVALID_REQUEST`.
 */
export function toMcpServers(
  { tools, servers }: { tools: readonly ToolParam[]; servers: Servers | undefined },
  profile: AgentProfile,
): readonly string[] {
  const kept = tools.flatMap((tool, index) =>
    tool.type === 'mcp_toolset' ? [readToolset(tool, `tools.${index}`, servers, profile)] : [],
  );
  checkServers(servers ?? [], kept, profile);
  return kept;
}

/** What is left of an agent's servers when those at an address are to be these. Throws `INVALID_REQUEST`. */
export function keptMcpServers(current: readonly string[], servers: Servers, profile: AgentProfile): readonly string[] {
  checkServers(servers, current, profile);
  return current.filter((name) => isProgram(profile, name) || servers.some((server) => server.name === name));
}

function readToolset(
  { mcp_server_name: name, default_config: config }: McpToolsetParam,
  field: string,
  servers: Servers | undefined,
  profile: AgentProfile,
): string {
  serverOf(profile, name, `${field}.mcp_server_name`);
  const isListed = servers?.some((server) => server.name === name) ?? true;
  if (!isListed && !isProgram(profile, name)) {
    throw invalidRequest(`${field}.mcp_server_name`, 'Input should be one of mcp_servers');
  }
  const { enabled, permission_policy: policy } = toWirePolicy(profile.permissions.default);
  if ((config?.enabled ?? enabled) !== enabled) {
    throw invalidRequest(
      `${field}.default_config.enabled`,
      'An agent has all tools of a server; leave its toolset out',
    );
  }
  if ((config?.permission_policy ?? policy).type !== policy.type) {
    throw invalidRequest(
      `${field}.default_config.permission_policy`,
      `It is what the configuration has for all tools of servers, ${policy.type}`,
    );
  }
  return name;
}

function checkServers(servers: Servers, kept: readonly string[], profile: AgentProfile): void {
  for (const [index, { name, url }] of servers.entries()) {
    const server = serverOf(profile, name, `mcp_servers.${index}.name`);
    if (server.type === 'stdio' || publicUrl(server) !== publicUrl({ url })) {
      throw invalidRequest(`mcp_servers.${index}.url`, 'Input should be the address that the configuration has for it');
    }
    if (!kept.includes(name)) throw invalidRequest(`mcp_servers.${index}.name`, 'No mcp_toolset of tools names it');
  }
}

function serverOf(profile: AgentProfile, name: string, field: string): AgentMcpServer {
  const server = Object.hasOwn(profile.mcpServers, name) ? profile.mcpServers[name] : undefined;
  if (server !== undefined) return server;
  throw invalidRequest(field, 'Input should be an MCP server that the configuration has for the profile');
}

function isProgram({ mcpServers }: AgentProfile, name: string): boolean {
  return mcpServers[name]?.type === 'stdio';
}
