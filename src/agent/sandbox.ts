import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { AgentProfile } from '../core/agent.ts';
import { HarnessError } from '../core/errors.ts';
import type { ProtectedPath } from '../core/protected-paths.ts';
import { ownEnvironment } from '../process/environment.ts';

/** The CLI's own form. Without `failIfUnavailable` commands would run unconfined where the programs are missing. */
export type SandboxSettings =
  | { enabled: false }
  | {
      enabled: true;
      failIfUnavailable: true;
      autoAllowBashIfSandboxed: boolean;
      allowUnsandboxedCommands: false;
      network: { allowedDomains: string[] };
      filesystem: { denyRead: string[]; denyWrite: string[]; allowWrite: string[] };
    };

export function sandboxSettings(profile: AgentProfile, protectedPaths: readonly ProtectedPath[]): SandboxSettings {
  const { sandbox, workspaces } = profile;
  if (sandbox.use === 'off') return { enabled: false };
  const pathsOf = (mode: 'ro' | 'rw') => workspaces.filter((folder) => folder.mode === mode).map(({ path }) => path);
  return {
    enabled: true,
    failIfUnavailable: true,
    autoAllowBashIfSandboxed: false,
    allowUnsandboxedCommands: false,
    network: { allowedDomains: [...sandbox.allowedHosts] },
    filesystem: {
      denyRead: [...protectedPaths.map(({ path }) => path), ...sandbox.denyRead],
      denyWrite: pathsOf('ro'),
      allowWrite: pathsOf('rw'),
    },
  };
}

/** Throws `AGENT_UNAVAILABLE` where the sandbox is required and its programs are not on the PATH. */
export function assertSandbox({ name, sandbox }: AgentProfile, env: NodeJS.ProcessEnv = ownEnvironment()): void {
  if (sandbox.use === 'off') return;
  const missing = ['bwrap', 'socat'].filter((program) => !isOnPath(program, env['PATH'] ?? ''));
  if (missing.length === 0) return;
  const message = `The agent ${name} runs commands in a sandbox only, for which ${missing.join(' and ')} is missing; on the server, install bubblewrap and socat.`;
  throw new HarnessError('AGENT_UNAVAILABLE', message);
}

function isOnPath(program: string, path: string): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
