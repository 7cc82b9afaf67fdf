import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { CliBackend } from './backend/cli.ts';
import { agentOwners } from './config/agents/agent-owners.ts';
import { agentProfiles, warmPolicyOf } from './config/agents/agent-profiles.ts';
import { protectedPaths } from './config/agents/protected-paths.ts';
import type { Config } from './config/schema.ts';
import type { FileContents } from './core/file-contents.ts';
import type { Logger } from './core/logger.ts';
import type { Sessions } from './core/sessions.ts';
import { AgentChats } from './feature/agent-chats/agent-chats.ts';
import { AgentModels } from './feature/agent-chats/agent-models.ts';
import { createChatStore } from './feature/agent-chats/chat-store.ts';
import { createNoticeStore } from './feature/question-notices/notice-store.ts';
import { QuestionLinks } from './feature/question-notices/question-links.ts';
import { QuestionNotices } from './feature/question-notices/question-notices.ts';
import { createSessions, type CreateSessionsOptions } from './feature/sessions/create-sessions.ts';
import { createForeignSessions } from './feature/sessions/replica/foreign-sessions.ts';
import type { Machine } from './feature/sessions/replica/replica-store.ts';
import { SessionsOfMachines } from './feature/sessions/replica/sessions-of-machines.ts';
import type { AgentSessions } from './feature/sessions/sessions.ts';
import { takeDelegatedCgroup } from './process/delegated-cgroup.ts';
import { ownEnvironment } from './process/environment.ts';
import { machineName } from './state/machine-name.ts';
import type { SharedState } from './state/shared-state.ts';
import type { StateFile } from './state/state-file.ts';
import { newIdOf } from './util/new-id.ts';
import { readAnew } from './util/read-anew.ts';

/** Whether agents run in this process, and how. */
export interface AgentsPlace {
  /** The socket of the service that runs them; absent: they run here. */
  socket?: string;
  /** Whether this is that service, in a unit whose cgroup is its own to divide. */
  inOwnUnit?: boolean;
  /** The file of the configuration, which no agent may see. */
  configFile?: string | undefined;
}

export interface AgentsParts {
  config: Config;
  log: Logger;
  cli: CliBackend;
  stateFile: StateFile;
  /** A database of several machines; absent where the state file is all that there is. */
  sharedDatabase: SharedState | undefined;
  fileContents: FileContents;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** For lengths of time, in ms. */
  ticks: () => number;
}

/** The agents of the program: made and connected here. Absent where there are none, or another service runs them. */
export function createAgents(
  { config, log, cli, stateFile, sharedDatabase, fileContents, now, ticks }: AgentsParts,
  { socket, inOwnUnit = false, configFile }: AgentsPlace,
  turns: Pick<CreateSessionsOptions, 'onTurnOver' | 'isAnswering'>,
): AgentSessions | undefined {
  const profiles = agentProfiles(config);
  if (profiles.length === 0 || socket !== undefined) return undefined;
  const newId = newIdOf(config.server.instance);
  const { keep: keepMs, idle_after: idleAfterMs, max_live: maxLive, ask_timeout: askTimeoutMs } = config.agents;
  return createSessions({
    profiles,
    engine: cli.createAgentEngine({
      protectedPaths: protectedPaths(config, { env: ownEnvironment(), file: configFile }),
      ...(inOwnUnit && { cgroup: takeDelegatedCgroup() }),
    }),
    ...{ stateFile, fileContents, log, now, ticks, maxLive, idleAfterMs, keepMs, ...turns },
    owners: () => agentOwners(config),
    warm: warmPolicyOf(config),
    maxAgeMs: config.pool.max_age,
    ...(askTimeoutMs !== undefined && { askTimeoutMs }),
    ...(sharedDatabase !== undefined && {
      replica: { state: sharedDatabase, machine: () => machineOf(config, stateFile) },
    }),
    newId: {
      agent: () => `agent_${newId()}`,
      session: () => `sesn_${newId()}`,
      event: () => `sevt_${newId()}`,
      transcript: () => randomUUID(),
    },
    serviceId: randomUUID(),
  });
}

/** How other machines know this one. */
function machineOf({ server }: Config, stateFile: StateFile): Machine {
  return { name: machineName(stateFile), instance: server.instance, host: hostname() };
}

/** With those of other machines, to read, where there are several. */
export function withOtherMachines(
  { stateFile, sharedDatabase }: AgentsParts,
  agents: AgentSessions | undefined,
): Sessions | undefined {
  if (agents === undefined || sharedDatabase === undefined) return agents;
  return new SessionsOfMachines(
    agents,
    createForeignSessions(sharedDatabase, () => machineName(stateFile)),
  );
}

/** The agents as models: everywhere they can be asked for, and answer where they run. */
export function createAgentChats(
  { config, log, cli, stateFile }: AgentsParts,
  sessions: Sessions | undefined,
): { agentModels?: AgentModels; agentChats?: AgentChats } {
  const profiles = agentProfiles(config);
  if (profiles.length === 0) return {};
  const agentModels = new AgentModels({ profiles, aliases: () => config.models.aliases });
  if (sessions === undefined) return { agentModels };
  const agentChats = new AgentChats({
    ...{ sessions, log },
    store: createChatStore(stateFile),
    resolveModel: (requested) => cli.resolveModel(requested),
    settings: readAnew({ unsupportedParams: () => config.unsupported_params }),
  });
  return { agentModels, agentChats };
}

/** What tells of the agents' questions, where they run and somebody is to be told. */
export function createNotices(
  { config, log, stateFile, now }: AgentsParts,
  questions: AgentSessions | undefined,
): { notices?: QuestionNotices; questionLinks?: QuestionLinks } {
  const { notify_url: url, notify_format: format, notify_token: token, notify_public_url: publicUrl } = config.agents;
  if (questions === undefined || url === undefined) return {};
  const store = createNoticeStore(stateFile);
  const links = publicUrl === undefined ? undefined : new QuestionLinks({ questions, store, publicUrl, now });
  const notices = new QuestionNotices({
    ...{ questions, store, now, log },
    webhook: { url, format, ...(token !== undefined && { token }) },
    ...(links !== undefined && { links }),
  });
  return { notices, ...(links !== undefined && { questionLinks: links }) };
}

/** For a service that runs agents alone: no process waits for chats, and the CLI is not examined for them. */
export function forAgentsAlone(config: Config): Config {
  return {
    ...config,
    tunnel: { ...config.tunnel, type: 'none' },
    claude: { ...config.claude, check: false },
    pool: { ...config.pool, warm_per_model: 0, max_warm: 0 },
  };
}
