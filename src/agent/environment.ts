import type { AgentProfile } from '../core/agent.ts';
import { cliEnvironment, type CliEnvironmentOptions } from '../process/environment.ts';

export function agentEnvironment(
  profile: AgentProfile,
  { login, tmpDir }: { login: CliEnvironmentOptions; tmpDir: string },
): Record<string, string> {
  return {
    ...cliEnvironment(login),
    TMPDIR: tmpDir,
    ...(!profile.backgroundTasks && { CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1' }),
    CLAUDE_CODE_DISABLE_AUTO_MEMORY: '1',
  };
}
