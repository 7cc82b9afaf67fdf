import type { AgentProfile } from '../../../src/core/agent.ts';
import type { SessionDraft } from '../../../src/core/sessions.ts';

/** An agent of a configuration, for tests that run none. */
export const profileOf = (changes: Partial<AgentProfile> = {}): AgentProfile => ({
  name: 'tidy',
  description: 'Keeps the photos in order.',
  model: 'sonnet',
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
  permissionMode: 'default',
  trust: 'none',
  sandbox: { use: 'required', allowedHosts: [], denyRead: [] },
  maxTurns: 50,
  mcpServers: {},
  backgroundTasks: false,
  tokens: [],
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
