import type { AgentMcpServer, AgentProfile } from '../core/agent.ts';

/** A server in the CLI's own form. */
export type CliMcpServer =
  | { type: 'stdio'; command: string; args: string[]; env: Record<string, string> }
  | { type: 'http' | 'sse'; url: string; headers: Record<string, string> };

export function cliMcpServers(servers: AgentProfile['mcpServers']): Record<string, CliMcpServer> {
  return Object.fromEntries(Object.entries(servers).map(([name, server]) => [name, cliMcpServer(server)]));
}

function cliMcpServer(server: AgentMcpServer): CliMcpServer {
  if (server.type !== 'stdio') return { ...server, headers: { ...server.headers } };
  return { ...server, args: [...server.args], env: { ...server.env } };
}
