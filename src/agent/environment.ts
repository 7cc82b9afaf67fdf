import type { AgentProfile } from '../core/agent.ts';
import { baseEnvironment, type CliEnvironmentOptions } from '../process/environment.ts';

/** What an agent rests on; the configuration can't change it. Its context is compacted, unlike a chat's. */
const ofAgents = {
  // A client's `@/path` would put any file into the prompt that no rule denies, outside of the workspaces too.
  CLAUDE_CODE_DISABLE_ATTACHMENTS: '1',
  // Instructions of 13 KB in each prompt, and notes in the home folder that outlive the session.
  CLAUDE_CODE_DISABLE_AUTO_MEMORY: '1',
};

interface AgentEnvironmentOptions {
  login: CliEnvironmentOptions;
  tmpDir: string;
}

export function agentEnvironment(
  { backgroundTasks }: AgentProfile,
  { login, tmpDir }: AgentEnvironmentOptions,
): Record<string, string> {
  return {
    ...baseEnvironment(login),
    TMPDIR: tmpDir,
    ...ofAgents,
    ...(!backgroundTasks && { CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1' }),
  };
}
