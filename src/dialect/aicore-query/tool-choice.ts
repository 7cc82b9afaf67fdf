import { agentTools, type AgentProfile, type AgentTool } from '../../core/agent.ts';
import { fromCliName } from '../../core/agent-tool-names.ts';
import type { AgentOverrides } from '../../core/sessions.ts';
import { invalidRequest } from '../anthropic-shared/invalid-request.ts';
import type { QueryOptions } from './request-schema.ts';

type Available = Pick<AgentProfile, 'tools' | 'mcpServers'>;

interface NamedTools {
  tools: readonly AgentTool[];
  mcpServers: readonly string[];
}

/** The tools that a query leaves its agent. Throws `INVALID_REQUEST` for what is no tool, and what the agent lacks. */
export function toToolChoice(
  { allowed_tools: allowed, disallowed_tools: disallowed }: QueryOptions,
  profile: Available,
): Pick<AgentOverrides, 'tools' | 'mcpServers'> {
  if (allowed == null && disallowed == null) return {};
  const has: NamedTools = { tools: profile.tools, mcpServers: Object.keys(profile.mcpServers) };
  const kept = allowed == null ? has : namedTools(allowed, 'options.allowed_tools');
  const taken = namedTools(disallowed ?? [], 'options.disallowed_tools');
  const missing = kept.tools.find((tool) => !has.tools.includes(tool));
  const missingServer = kept.mcpServers.find((server) => !has.mcpServers.includes(server));
  if (missing !== undefined || missingServer !== undefined) {
    const name = missing === undefined ? 'one of these MCP servers' : `the tool ${missing}`;
    throw invalidRequest('options.allowed_tools', `The configuration of the agent does not give it ${name}`);
  }
  return {
    tools: has.tools
      .filter((tool) => kept.tools.includes(tool) && !taken.tools.includes(tool))
      .map((tool) => ({ tool })),
    mcpServers: has.mcpServers.filter((name) => kept.mcpServers.includes(name) && !taken.mcpServers.includes(name)),
  };
}

function namedTools(names: readonly string[], field: string): NamedTools {
  const servers = names.map((name) => /^mcp__([A-Za-z0-9-]+)$/.exec(name)?.[1]);
  const tools = names.map((name) => agentTools.find((tool) => tool === name) ?? fromCliName(name));
  const unknown = names.findIndex((_name, index) => servers[index] === undefined && tools[index] === undefined);
  if (unknown >= 0) {
    const problem =
      'It is no tool of an agent; whole tools can be named, such as Bash, and whole MCP servers, as mcp__NAME';
    throw invalidRequest(`${field}.${unknown}`, problem);
  }
  return {
    tools: tools.filter((tool) => tool !== undefined),
    mcpServers: servers.filter((server) => server !== undefined),
  };
}
