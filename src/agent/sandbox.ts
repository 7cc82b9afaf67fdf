import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { AgentProfile } from '../core/agent.ts';
import { HarnessError } from '../core/errors.ts';
import { containsPath, type ProtectedPath } from '../core/protected-paths.ts';

/** The CLI's own form. */
export type SandboxSettings =
  | { enabled: false }
  | {
      enabled: true;
      /** Commands would run unconfined where bubblewrap or socat is missing. */
      failIfUnavailable: true;
      /** It would beat a rule to ask about all commands (2.1.197 and 2.1.332). */
      autoAllowBashIfSandboxed: false;
      /** The model can ask for a command to run outside. */
      allowUnsandboxedCommands: false;
      network: { allowedDomains: string[] };
      filesystem: { denyRead: string[]; allowRead: string[]; denyWrite: string[]; allowWrite: string[] };
      credentials: { envVars: { name: string; mode: 'deny' }[] };
    };

/** Variables of the CLI's own process that commands would have too. */
const secretVariables = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'ANTHROPIC_CUSTOM_HEADERS',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'CLAUDE_CODE_MESSAGING_TOKEN',
];

interface SandboxOptions {
  protectedPaths: readonly ProtectedPath[];
  /** Further variables that commands may not see. */
  secrets: readonly string[];
}

/** What confines the commands of a profile whose workspaces have no links on the way. */
export function sandboxSettings(
  { sandbox, workspaces }: AgentProfile,
  { protectedPaths, secrets }: SandboxOptions,
): SandboxSettings {
  if (sandbox.use === 'off') return { enabled: false };
  const pathsOf = (mode: 'ro' | 'rw') => workspaces.filter((folder) => folder.mode === mode).map(({ path }) => path);
  const denyRead = [...new Set([...protectedPaths.map(({ path }) => path), ...sandbox.denyRead])];
  const isDenied = (path: string): boolean => protectedPaths.some((place) => containsPath(place.path, path));
  return {
    enabled: true,
    failIfUnavailable: true,
    autoAllowBashIfSandboxed: false,
    allowUnsandboxedCommands: false,
    network: { allowedDomains: [...sandbox.allowedHosts] },
    filesystem: {
      denyRead,
      // Such as a workspace in the home folder. Elsewhere it could take back what the profile denies.
      allowRead: workspaces.map(({ path }) => path).filter(isDenied),
      denyWrite: pathsOf('ro'),
      allowWrite: pathsOf('rw'),
    },
    credentials: {
      envVars: [...new Set([...secretVariables, ...secrets])].map((name) => ({ name, mode: 'deny' as const })),
    },
  };
}

/** Throws `AGENT_UNAVAILABLE` where the sandbox is required and its programs are not on `path`, the CLI's PATH. */
export function assertSandbox({ name, sandbox }: AgentProfile, path = ''): void {
  if (sandbox.use === 'off') return;
  const missing = ['bwrap', 'socat'].filter((program) => !isOnPath(program, path));
  if (missing.length === 0) return;
  const message = `The agent ${name} runs commands in a sandbox, for which ${missing.join(' and ')} cannot be found; on the server, install bubblewrap and socat.`;
  throw new HarnessError('AGENT_UNAVAILABLE', message);
}

function isOnPath(program: string, path: string): boolean {
  return path.split(delimiter).some((folder) => isExecutable(join(folder, program)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
