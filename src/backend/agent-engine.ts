import type { Login } from '../admission/login.ts';
import type { PlanLimits } from '../admission/plan-limits.ts';
import { createAgentEngine } from '../agent/engine.ts';
import type { Installation } from '../cli/installation.ts';
import type { Config } from '../config/schema.ts';
import type { AgentEngine } from '../core/agent-engine.ts';
import type { Logger } from '../core/logger.ts';
import { aliased } from '../messages-api/model-names.ts';
import type { ProtectedPath } from '../core/protected-paths.ts';
import type { DelegatedCgroup } from '../process/delegated-cgroup.ts';
import type { ProcessFolders } from '../process/process-folders.ts';
import { cliLogin, type NamedLogin, type StoredToken } from './cli-login.ts';

export interface AgentEngineChoices {
  /** Where no agent may work. */
  protectedPaths: readonly ProtectedPath[];
  /** Where the processes of each agent get a cgroup of their own. */
  cgroup?: DelegatedCgroup;
}

interface Parts {
  installation: Installation;
  folders: ProcessFolders;
  login: Login;
  planLimits: PlanLimits;
}

/** The engine of agents, as it is configured. */
export function createConfiguredAgentEngine(
  { installation, folders, login: loginState, planLimits }: Parts,
  { config, token, login, log }: { config: Config; token?: StoredToken; login?: NamedLogin; log: Logger },
  { protectedPaths, cgroup }: AgentEngineChoices,
): AgentEngine {
  const { memory_max: memoryBytes, tasks_max: tasks } = config.agents;
  return createAgentEngine({
    locate: () => installation.path(),
    cliModel: (name) => aliased(name, config.models) ?? name,
    cliLogin: cliLogin(config, token, login),
    protectedPaths,
    makeTmpDir: () => folders.prepare().tmpDir,
    startTimeoutMs: config.pool.start_timeout,
    ...(cgroup !== undefined && { createGroup: (name) => cgroup.create(name, { memoryBytes, tasks }) }),
    ...{ login: loginState, planLimits },
    onStderr: (text) => {
      log.debug('claude stderr', { text: config.logging.content ? text : `${text.length} characters` });
    },
  });
}
