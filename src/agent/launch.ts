import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentProfile } from '../core/agent.ts';
import type { ProtectedPath } from '../core/protected-paths.ts';
import type { CliEnvironmentOptions } from '../process/environment.ts';
import { agentArguments } from './arguments.ts';
import { agentEnvironment } from './environment.ts';
import { type FlagSettings, flagSettings } from './flag-settings.ts';
import { resolveWorkspaces, withRealPaths } from './folders.ts';
import { type CliMcpServer, cliMcpServers } from './mcp-servers.ts';
import { assertSandbox } from './sandbox.ts';
import { type SystemPrompt, systemPrompt } from './system-prompt.ts';
import { readWorkspaceFiles, type WorkspaceFiles } from './workspace-files.ts';
import { writeWorkspacePlugin } from './workspace-plugin.ts';

export interface AgentLaunchOptions {
  /** The id of the CLI's transcript, a UUID. */
  transcript: string;
  /** Whether the transcript has turns to go on from. */
  resume: boolean;
  /** How the CLI logs in. */
  login: CliEnvironmentOptions;
  /** Where no agent may work: what the service and the CLI keep for themselves. */
  protectedPaths: readonly ProtectedPath[];
  /** Its own folder for temporary files, which exists; whoever ends the process removes it. */
  tmpDir: string;
}

/** A process as it is to be started, and what it is to be given before its first turn. */
export interface AgentLaunch {
  args: string[];
  env: Record<string, string>;
  cwd: string;
  /** What `--settings` among the arguments says. */
  settings: FlagSettings;
  /** For the `initialize` request; the session's own texts are added to them. */
  initialize: SystemPrompt;
  /** What of the workspace's files is copied into a plugin, and where to. */
  plugin: { folder: string; files: WorkspaceFiles } | undefined;
  /** For `mcp_set_servers`, since the command line is there for everybody to read; the session's own come beside them. */
  mcpServers: Readonly<Record<string, CliMcpServer>>;
}

/**
 * A process as it is to be started, whose files are written. Throws `AGENT_UNAVAILABLE` where a workspace, or what confines
 * commands, is missing.
 */
export function agentLaunch(profile: AgentProfile, options: AgentLaunchOptions): AgentLaunch {
  const launch = planLaunch(profile, options);
  if (launch.plugin !== undefined) writeWorkspacePlugin(launch.plugin.folder, launch.plugin.files);
  return launch;
}

/** The same, with nothing written: two launches that are equal start the same process. */
export function planLaunch(profile: AgentProfile, options: AgentLaunchOptions): AgentLaunch {
  const { login, transcript, resume, tmpDir } = options;
  const env = agentEnvironment(profile, { login, tmpDir });
  assertSandbox(profile, env['PATH']);
  const protectedPaths = withRealPaths(options.protectedPaths);
  const resolved = { ...profile, workspaces: resolveWorkspaces(profile, protectedPaths) };
  const cwd = resolved.workspaces[0].path;
  const settings = flagSettings(resolved, { protectedPaths, env, extra: login.extra });
  const files = profile.trust === 'none' ? undefined : readWorkspaceFiles(cwd);
  const plugin =
    files !== undefined && profile.trust === 'files' ? { folder: join(tmpDir, 'workspace-files'), files } : undefined;
  const trusted = { ...(plugin && { pluginDir: plugin.folder }), ...mcpConfigOf(profile, cwd) };
  return {
    args: agentArguments(resolved, { transcript, resume, settings, ...trusted }),
    env,
    cwd,
    settings,
    plugin,
    initialize: systemPrompt(profile, files),
    mcpServers: cliMcpServers(profile.mcpServers),
  };
}

/** The workspace's own list of MCP servers, if they may be started. */
function mcpConfigOf({ trust }: AgentProfile, cwd: string): { mcpConfig?: string } {
  const mcpConfig = join(cwd, '.mcp.json');
  return trust === 'full' && existsSync(mcpConfig) ? { mcpConfig } : {};
}
