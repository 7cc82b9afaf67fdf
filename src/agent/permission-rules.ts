import type { AgentProfile } from '../core/agent.ts';
import type { ProtectedPath } from '../core/protected-paths.ts';

export interface CliPermissions {
  allow: string[];
  ask: string[];
  deny: string[];
}

export function permissionRules(profile: AgentProfile, protectedPaths: readonly ProtectedPath[]): CliPermissions {
  const readOnly = profile.workspaces.filter(({ mode }) => mode === 'ro').map(({ path }) => path);
  return {
    allow: [],
    ask: [],
    deny: [
      ...readOnly.map((path) => `Edit(/${path}/**)`),
      ...protectedPaths.flatMap(({ path }) => [`Read(/${path}/**)`, `Edit(/${path}/**)`]),
    ],
  };
}
