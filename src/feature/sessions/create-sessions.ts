import type { AgentProfile } from '../../core/agent.ts';
import type { AgentEngine } from '../../core/agent-engine.ts';
import type { FileContents } from '../../core/file-contents.ts';
import type { Logger } from '../../core/logger.ts';
import type { WarmPolicy } from '../../core/warm-policy.ts';
import type { StateFile } from '../../state/state-file.ts';
import { createAgentStore } from './agent-store.ts';
import { AgentVersions } from './agent-versions.ts';
import { Agents } from './agents.ts';
import { ChangeAgents } from './change-agents.ts';
import { createCreatedAgentStore } from './created-agent-store.ts';
import { CreatedAgentVersions } from './created-agent-versions.ts';
import { EventFeeds } from './event-feed.ts';
import { createEventStore } from './event-store.ts';
import { LiveProcesses } from './live-processes.ts';
import { createQuestionStore } from './question-store.ts';
import { Questions } from './questions.ts';
import { createReplication, type ReplicaPlace } from './replica/replication.ts';
import type { RunContext } from './run-context.ts';
import { SessionRuns } from './session-runs.ts';
import { createSessionStore } from './session-store.ts';
import { AgentSessions } from './sessions.ts';

export interface SessionIds {
  /** `agent_` and 32 hex digits. */
  agent: () => string;
  /** `sesn_…` */
  session: () => string;
  /** `sevt_…` */
  event: () => string;
  /** A UUID. */
  transcript: () => string;
}

export interface CreateSessionsOptions {
  profiles: readonly AgentProfile[];
  engine: AgentEngine;
  stateFile: StateFile;
  /** Of files that clients name in what they say. */
  fileContents: FileContents;
  log: Logger;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** For lengths of time, in ms. */
  ticks: () => number;
  newId: SessionIds;
  /** Of this start of the service, and of no other. */
  serviceId: string;
  /** Hashes of the tokens whose holders may change what a tool is called with. */
  owners: () => readonly string[];
  /** How many processes there are at a time. */
  maxLive: number;
  /** How long a process is kept when its turn is over, and one that waits for a session when its agent was used. */
  idleAfterMs: number;
  /** For which agents a process waits, by their names; `after_use` for the others. */
  warm?: Readonly<Record<string, WarmPolicy>>;
  /** A process that has waited for longer is replaced. */
  maxAgeMs: number;
  /** How long a session in which nothing happens is kept. */
  keepMs: number;
  /** A question that nobody has answered for so long is denied; absent: it waits. */
  askTimeoutMs?: number;
  /** How long after the end of a service that could not say so its sessions are taken over. */
  claimMs?: number;
  /** Where other machines read of the sessions; absent: nowhere. */
  replica?: ReplicaPlace;
  onTurnOver?: RunContext['onTurnOver'];
  isAnswering?: RunContext['isAnswering'];
  retryMs?: number;
  interruptMs?: number;
}

/** Sessions over the state file. Nothing of it is used before its first call. */
export function createSessions(options: CreateSessionsOptions): AgentSessions {
  const { profiles, engine, stateFile, fileContents, log, now, newId, serviceId, owners } = options;
  const { maxLive, idleAfterMs, keepMs, maxAgeMs, ticks, warm: policies = {} } = options;
  const { onTurnOver, isAnswering, askTimeoutMs, claimMs = 10_000, retryMs = 2000, interruptMs = 5000 } = options;
  const configured = new AgentVersions(profiles, createAgentStore(stateFile), now);
  const createdStore = createCreatedAgentStore(stateFile);
  const agents = new Agents(configured, new CreatedAgentVersions(configured, createdStore));
  const context: RunContext = {
    ...{ engine, fileContents, serviceId, claimMs, retryMs, interruptMs, now, log },
    ...(askTimeoutMs !== undefined && { askTimeoutMs }),
    ...(onTurnOver !== undefined && { onTurnOver }),
    ...(isAnswering !== undefined && { isAnswering }),
    sessions: createSessionStore(stateFile),
    events: createEventStore(stateFile),
    agents,
    processes: new LiveProcesses({
      ...{ maxLive, idleAfterMs, log },
      warm: { engine, profiles, policies, maxAgeMs, newTranscript: newId.transcript, ticks },
    }),
    feeds: new EventFeeds(),
    newEventId: newId.event,
    newTranscript: newId.transcript,
  };
  const { sessions, feeds } = context;
  return new AgentSessions({
    replication: createReplication(options.replica, { stateFile, sessions, agents, feeds, keepMs, log, now }),
    ...{ context, owners, keepMs, newSessionId: newId.session },
    createdAgents: new ChangeAgents({ agents, store: createdStore, now, newAgentId: newId.agent }),
    runs: new SessionRuns(context),
    questions: new Questions(createQuestionStore(stateFile), context),
  });
}
