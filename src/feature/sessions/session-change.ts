import type { ModelUsage } from '../../core/agent-engine.ts';
import type { AgentEventBody, ClientEvent, SessionEvent } from '../../core/session-event.ts';
import type { AgentOverrides, SessionStatus } from '../../core/sessions.ts';
import type { StoredCall } from './call-table.ts';

/** An event without the time at which it took effect. */
export type NewEvent = (AgentEventBody | ClientEvent) & { id: string };

/** An event and its place in its session, from 1 on and without gaps. */
export interface PlacedEvent {
  seq: number;
  event: SessionEvent;
}

/** What happens to a session in one step. All of it is kept, or nothing. */
export interface SessionChange {
  sessionId: string;
  /** The service that runs the session. */
  by: string;
  /** In milliseconds since the epoch. */
  at: number;
  events?: readonly NewEvent[];
  /** Ids of waiting events that take effect with this. */
  consumed?: readonly string[];
  calls?: readonly StoredCall[];
  status?: SessionStatus;
  /** Until when it was running, where that is earlier than `at`. */
  activeUntil?: number;
  usage?: ModelUsage;
  costUsd?: number;
  hasTurns?: boolean;
  /** A new transcript, which has no turns. */
  transcript?: string;
}

/** What a client changes in a session. */
export interface SessionUpdate {
  title: string | null;
  metadata: Readonly<Record<string, string>>;
  maxCostUsd: number | null;
  overrides: AgentOverrides;
}
