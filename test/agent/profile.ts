import type { AgentProfile } from '../../src/core/agent.ts';

/** A profile with one folder of each mode. */
export function profileWith(changes: Partial<AgentProfile> = {}): AgentProfile {
  return {
    name: 'tidy',
    model: 'sonnet',
    workspaces: [
      { path: '/srv/work', mode: 'rw' },
      { path: '/srv/library', mode: 'ro' },
    ],
    tools: ['bash', 'read', 'write', 'edit', 'glob', 'grep'],
    permissions: { default: 'always_ask', rules: [] },
    permissionMode: 'default',
    trust: 'none',
    sandbox: { use: 'required', allowedHosts: [], denyRead: [] },
    maxTurns: 50,
    mcpServers: {},
    backgroundTasks: false,
    tokens: [],
    ...changes,
  };
}
