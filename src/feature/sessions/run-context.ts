import type { AgentEngine } from '../../core/agent-engine.ts';
import type { FileContents } from '../../core/file-contents.ts';
import type { Logger } from '../../core/logger.ts';
import type { SessionTurn } from '../../core/session-turn.ts';
import type { Agents } from './agents.ts';
import type { EventFeeds } from './event-feed.ts';
import type { EventStore } from './event-store.ts';
import type { LiveProcesses } from './live-processes.ts';
import type { SessionStore } from './session-store.ts';

/** What the runs of all sessions share. */
export interface RunContext {
  sessions: SessionStore;
  events: EventStore;
  agents: Agents;
  engine: AgentEngine;
  /** Of files that clients name in what they say. */
  fileContents: FileContents;
  processes: LiveProcesses;
  feeds: EventFeeds;
  /** Of this start of this service, and of no other. */
  serviceId: string;
  /** How long this service's right to run a session lasts unless it is renewed. */
  claimMs: number;
  /** A question that nobody has answered for so long is denied; absent: it waits. */
  askTimeoutMs?: number;
  /** How long to wait before what could not be kept is tried again. */
  retryMs: number;
  /** How long an interrupted turn may take to end before its process is ended. */
  interruptMs: number;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Told of each turn that answers no request. */
  onTurnOver?: (turn: SessionTurn) => void;
  /** Whether the turn that begins in this session answers a request of a chat client's. */
  isAnswering?: (sessionId: string) => boolean;
  newEventId: () => string;
  /** A UUID. */
  newTranscript: () => string;
  log: Logger;
}
