import { toCliName } from '../../core/agent-tool-names.ts';
import type { Session } from '../../core/sessions.ts';
import type { QueryEvent } from './types.ts';

/** The first event: which session it is, and what its agent has in it. */
export function toInit({ id, agent: { profile }, overrides }: Session): QueryEvent {
  const tools = overrides.tools?.map(({ tool }) => tool) ?? profile.tools;
  const servers = overrides.mcpServers ?? Object.keys(profile.mcpServers);
  return {
    event: 'system_message',
    data: {
      subtype: 'init',
      data: {
        ...{ type: 'system', subtype: 'init', session_id: id, agent: profile.name },
        cwd: overrides.folder?.path ?? profile.workspaces[0].path,
        model: overrides.model ?? profile.model,
        tools: tools.map(toCliName),
        mcp_servers: servers.map((name) => ({ name })),
        permissionMode: overrides.permissionMode ?? profile.permissionMode,
      },
    },
  };
}
