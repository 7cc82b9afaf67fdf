import type { AgentProfile } from '../core/agent.ts';
import type { ProtectedPath } from '../core/protected-paths.ts';
import { type CliPermissions, permissionRules } from './permission-rules.ts';
import { type SandboxSettings, sandboxSettings } from './sandbox.ts';

/** Settings in the CLI's own form. They precede those of the workspace, whose lists are added to theirs. */
export interface FlagSettings {
  permissions: CliPermissions;
  sandbox: SandboxSettings;
  disableAllHooks?: true;
  enableAllProjectMcpServers?: false;
  useAutoModeDuringPlan: false;
  env?: Record<string, string>;
}

export interface FlagSettingsOptions {
  protectedPaths: readonly ProtectedPath[];
  /** The environment of the process. */
  env: Readonly<Record<string, string>>;
  /** The operator's additions to it, which commands may not see. */
  extra: Readonly<Record<string, string>>;
}

/** Variables that programs need, and that no secret is in. */
const plain = new Set(['HOME', 'PATH', 'LANG', 'TZ', 'TMPDIR', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR']);

export function flagSettings(profile: AgentProfile, { protectedPaths, env, extra }: FlagSettingsOptions): FlagSettings {
  const secrets = Object.keys(extra).filter((name) => !plain.has(name));
  const common = {
    // A model would decide about calls in plan mode (2.1.332).
    useAutoModeDuringPlan: false as const,
    permissions: permissionRules(profile, protectedPaths),
    sandbox: sandboxSettings(profile, { protectedPaths, secrets }),
  };
  if (profile.trust !== 'full') return { ...common, disableAllHooks: true, enableAllProjectMcpServers: false };
  // A workspace's own settings would send the login to any address that they name.
  return { ...common, env: { ANTHROPIC_BASE_URL: env['ANTHROPIC_BASE_URL'] ?? 'https://api.anthropic.com' } };
}
