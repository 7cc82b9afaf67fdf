import type { AgentMcpServer } from '../../../core/agent.ts';
import { publicUrl } from '../../../core/public-url.ts';
import type { Agent, Session } from '../../../core/sessions.ts';

/** A session as others may have it: what only the machine needs that runs its agent, secrets among it, stays there. */
export function toReplicated(session: Session): Session {
  return { ...session, agent: toReplicatedAgent(session.agent) };
}

function toReplicatedAgent(agent: Agent): Agent {
  const { profile } = agent;
  const servers = Object.entries(profile.mcpServers).map(([name, server]) => [name, withoutSecrets(server)] as const);
  return { ...agent, profile: { ...profile, mcpServers: Object.fromEntries(servers), tokens: [] } };
}

function withoutSecrets(server: AgentMcpServer): AgentMcpServer {
  if (server.type === 'stdio') return { type: server.type, command: server.command, args: [], env: {} };
  return { type: server.type, url: publicUrl(server), headers: {} };
}
