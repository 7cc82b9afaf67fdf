import type { AgentProfile } from '../../src/core/agent.ts';
import { plainProfile } from '../support/agents/profile.ts';

/** A profile with one folder of each mode. */
export const profileWith = (changes: Partial<AgentProfile> = {}): AgentProfile => ({
  ...plainProfile,
  workspaces: [
    { path: '/srv/documents', mode: 'rw' },
    { path: '/srv/library', mode: 'ro' },
  ],
  ...changes,
});
