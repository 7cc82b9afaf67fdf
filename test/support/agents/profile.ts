import type { AgentProfile } from '../../../src/core/agent.ts';
import type { Agent, SessionDraft } from '../../../src/core/sessions.ts';

/** What a configuration that says nothing else of an agent makes of it. */
export const plainProfile: AgentProfile = {
  name: 'tidy',
  model: 'sonnet',
  workspaces: [{ path: '/srv/documents', mode: 'rw' }],
  tools: ['bash', 'read', 'write', 'edit', 'glob', 'grep'],
  permissions: { default: 'always_ask', rules: [] },
  permissionMode: 'default',
  trust: 'none',
  sandbox: { use: 'required', allowedHosts: [], denyRead: [] },
  maxTurns: 50,
  mcpServers: {},
  backgroundTasks: false,
  tokens: [],
};

/** An agent with something in each field that clients see. */
export const profileOf = (changes: Partial<AgentProfile> = {}): AgentProfile => ({
  ...plainProfile,
  description: 'Keeps the photos in order.',
  workspaces: [
    { path: '/srv/photos', mode: 'rw' },
    { path: '/srv/music', mode: 'ro' },
  ],
  tools: ['bash', 'read', 'edit', 'task'],
  permissions: {
    default: 'always_ask',
    rules: [
      { tool: 'read', policy: 'always_allow' },
      { tool: 'bash', pattern: 'git *', policy: 'always_allow' },
    ],
  },
  ...changes,
});

export const draftOf = (changes: Partial<SessionDraft> = {}): SessionDraft => ({
  agent: 'tidy',
  overrides: {},
  title: null,
  metadata: {},
  events: [],
  ...changes,
});

/** The first version of an agent of the configuration. */
export const agentOf = (changes: Partial<AgentProfile> = {}): Agent => ({
  profile: profileOf(changes),
  version: 1,
  createdAt: 0,
  updatedAt: 0,
});
