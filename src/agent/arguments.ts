import type { AgentProfile } from '../core/agent.ts';
import type { FlagSettings } from './flag-settings.ts';
import { toCliNames } from './tool-names.ts';

interface AgentArgumentsOptions {
  transcript: string;
  resume: boolean;
  settings: FlagSettings;
}

/**
 * The command line of a process that works as an agent. Every user of the machine can read it: prompts, and the
 * variables and headers of MCP servers, go over stdin.
 */
export function agentArguments(
  profile: AgentProfile,
  { transcript, resume, settings }: AgentArgumentsOptions,
): string[] {
  const [, ...others] = profile.workspaces;
  return [
    '-p',
    ...['--input-format', 'stream-json'],
    ...['--output-format', 'stream-json'],
    '--include-partial-messages',
    '--verbose',
    ...['--permission-prompt-tool', 'stdio'],
    ...['--tools', profile.tools.flatMap((tool) => toCliNames(tool)).join(',')],
    ...['--setting-sources', profile.trust === 'full' ? 'project' : ''],
    '--strict-mcp-config',
    ...['--settings', JSON.stringify(settings)],
    // Always: what a workspace says about the mode is honoured otherwise (2.1.197).
    ...['--permission-mode', profile.permissionMode],
    ...['--max-turns', String(profile.maxTurns)],
    ...['--model', profile.model],
    ...others.flatMap(({ path }) => ['--add-dir', path]),
    ...[resume ? '--resume' : '--session-id', transcript],
  ];
}
