import type { AgentProfile } from '../core/agent.ts';
import type { ProtectedPath } from '../core/protected-paths.ts';
import type { CliEnvironmentOptions } from '../process/environment.ts';
import { agentArguments } from './arguments.ts';
import { agentEnvironment } from './environment.ts';
import { flagSettings, type FlagSettings } from './flag-settings.ts';
import { resolveWorkspaces } from './folders.ts';
import { type CliMcpServer, cliMcpServers } from './mcp-servers.ts';
import { assertSandbox } from './sandbox.ts';

export interface AgentLaunchOptions {
  /** The id of the CLI's transcript, a UUID. */
  transcript: string;
  /** Whether the transcript has turns to go on from. */
  resume: boolean;
  /** How the CLI logs in. */
  login: CliEnvironmentOptions;
  /** Where no agent may work: what the service and the CLI keep for themselves. */
  protectedPaths: readonly ProtectedPath[];
  /** Its own folder for temporary files; whoever ends the process removes it. */
  tmpDir: string;
}

/** A process as it is to be started, and what it is to be given before its first turn. */
export interface AgentLaunch {
  args: string[];
  env: Record<string, string>;
  cwd: string;
  /** What `--settings` among the arguments says. */
  settings: FlagSettings;
  /** Fields of the `initialize` request; the session's own texts are added to them. */
  initialize: { systemPrompt?: string[]; appendSystemPrompt?: string };
  /** For `mcp_set_servers`, since the command line is there for everybody to read; the session's own come beside them. */
  mcpServers: Readonly<Record<string, CliMcpServer>>;
}

/** Throws `AGENT_UNAVAILABLE` where a workspace, or what confines commands, is missing. */
export function agentLaunch(profile: AgentProfile, options: AgentLaunchOptions): AgentLaunch {
  assertSandbox(profile, options.login.from);
  const resolved = { ...profile, workspaces: resolveWorkspaces(profile, options.protectedPaths) };
  const settings = flagSettings(resolved, options);
  const { system } = profile;
  return {
    args: agentArguments(resolved, { ...options, settings }),
    env: agentEnvironment(resolved, options),
    cwd: resolved.workspaces[0].path,
    settings,
    initialize: {
      ...(system?.mode === 'replace' && { systemPrompt: [system.text] }),
      ...(system?.mode === 'append' && { appendSystemPrompt: system.text }),
    },
    mcpServers: cliMcpServers(profile.mcpServers),
  };
}
