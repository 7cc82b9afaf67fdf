import type { AgentProfile } from '../core/agent.ts';
import type { ProtectedPath } from '../core/protected-paths.ts';
import { type CliPermissions, permissionRules } from './permission-rules.ts';
import { type SandboxSettings, sandboxSettings } from './sandbox.ts';

/** Settings in the CLI's own form. They precede those of the workspace. */
export interface FlagSettings {
  permissions: CliPermissions;
  sandbox: SandboxSettings;
  disableAllHooks?: true;
  enableAllProjectMcpServers?: false;
  env?: Record<string, string>;
}

export function flagSettings(
  profile: AgentProfile,
  { protectedPaths }: { protectedPaths: readonly ProtectedPath[] },
): FlagSettings {
  return {
    permissions: permissionRules(profile, protectedPaths),
    sandbox: sandboxSettings(profile, protectedPaths),
    ...(profile.trust !== 'full' && { disableAllHooks: true, enableAllProjectMcpServers: false }),
  };
}
