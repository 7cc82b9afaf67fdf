import type { AgentProfile } from '../core/agent.ts';
import type { FlagSettings } from './flag-settings.ts';
import { toCliNames } from '../core/agent-tool-names.ts';

interface AgentArgumentsOptions {
  transcript: string;
  resume: boolean;
  settings: FlagSettings;
  /** The copies of a workspace's files. */
  pluginDir?: string;
  /** The workspace's own list of MCP servers, if they may be started. */
  mcpConfig?: string;
}

/**
 * The command line of a process that works as an agent. Every user of the machine can read it: prompts, and the
 * variables and headers of MCP servers, go over stdin.
 */
export function agentArguments(profile: AgentProfile, options: AgentArgumentsOptions): string[] {
  const { transcript, resume, settings, pluginDir, mcpConfig } = options;
  const { trust, tools, workspaces } = profile;
  const [, ...others] = workspaces;
  return [
    '-p',
    ...['--input-format', 'stream-json'],
    ...['--output-format', 'stream-json'],
    '--include-partial-messages',
    '--verbose',
    ...['--permission-prompt-tool', 'stdio'],
    ...['--tools', [...tools.flatMap((tool) => toCliNames(tool)), ...questionTools(profile)].join(',')],
    // Never the operator's own settings.
    ...['--setting-sources', trust === 'full' ? 'project' : ''],
    ...['--settings', JSON.stringify(settings)],
    // No servers but these: a workspace's would be started without a question.
    '--strict-mcp-config',
    ...(mcpConfig === undefined ? [] : ['--mcp-config', mcpConfig]),
    ...(pluginDir === undefined ? [] : ['--plugin-dir', pluginDir]),
    ...(trust === 'none' && !tools.includes('skill') ? ['--disable-slash-commands'] : []),
    // Always, since 2.1.197 would follow a workspace's wish for bypassPermissions.
    ...['--permission-mode', profile.permissionMode],
    ...['--max-turns', String(profile.maxTurns)],
    ...['--model', profile.model],
    ...others.flatMap(({ path }) => ['--add-dir', path]),
    ...[resume ? '--resume' : '--session-id', transcript],
  ];
}

/** By these an agent asks a person. They do nothing, so no profile lists them. */
function questionTools({ permissionMode }: AgentProfile): readonly string[] {
  if (permissionMode === 'dontAsk') return [];
  return permissionMode === 'plan' ? ['AskUserQuestion', 'ExitPlanMode'] : ['AskUserQuestion'];
}
