import type { TurnEnding } from '../../core/agent-engine.ts';
import type { AgentEventBody, SessionError, StopReason } from '../../core/session-event.ts';
import { toSessionError, toolLimitReached } from './session-error.ts';
import type { Turn } from './turn.ts';

/** What a session says at the end of a turn that its process has ended. */
export function endingEvents(ending: TurnEnding, turn: Turn): readonly AgentEventBody[] {
  switch (ending.reason) {
    case 'end_turn':
      return [idle({ type: 'end_turn' })];
    case 'interrupted':
      return turn.failure === undefined ? [idle({ type: 'end_turn' })] : failed(toSessionError(turn.failure));
    case 'refusal': {
      const details = { type: 'refusal', category: null, explanation: ending.explanation ?? null };
      return [{ ...idle({ type: 'refusal' }), stop_details: details }];
    }
    case 'max_turns':
      return failed(toolLimitReached(turn.profile.maxTurns));
    case 'max_cost':
      return [idle({ type: 'budget_reached' })];
    case 'failed':
      return failed(toSessionError(turn.failure ?? ending.error));
  }
}

/** A turn that has failed is over; the next message begins another. */
export function failed(error: SessionError, stopReason: StopReason = { type: 'retries_exhausted' }): AgentEventBody[] {
  return [{ type: 'session.error', error }, idle(stopReason)];
}

type Idle = Extract<AgentEventBody, { type: 'session.status_idle' }>;

export function idle(stopReason: StopReason): Idle {
  return { type: 'session.status_idle', stop_reason: stopReason, stop_details: null };
}
