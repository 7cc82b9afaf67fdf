import type { ModelUsage } from './agent-engine.ts';
import type { HarnessError } from './errors.ts';
import type { Caller } from './sessions.ts';

/** What is known of a turn of an agent's session when it is over. Nothing of what was said is in it. */
export interface SessionTurn {
  /** The id of the turn's first event. */
  id: string;
  sessionId: string;
  /** Whose session it is. */
  owner: Caller;
  /** As the profile or the session names it. */
  model: string;
  /** In milliseconds since the epoch. */
  startedAt: number;
  endedAt: number;
  /** Until the agent said or did something, in ms; absent where it never did. */
  firstEventMs?: number;
  /** Of all its requests to the model. */
  usage: ModelUsage;
  toolCalls: number;
  /** Why it ended, unless it failed. */
  finish?: string;
  error?: HarnessError;
}
