import type { TurnEnding } from '../../core/agent-engine.ts';
import { HarnessError } from '../../core/errors.ts';
import type { SessionTurn } from '../../core/session-turn.ts';
import type { RunContext } from './run-context.ts';
import type { Turn } from './turn.ts';

export type TurnOutcome = Pick<SessionTurn, 'finish' | 'error'>;

/** Tells once how a turn went and what it took, unless it answers a request, which is recorded itself. */
export function reportTurn({ onTurnOver, now }: RunContext, turn: Turn, outcome: TurnOutcome): void {
  if (turn.isReported || turn.answersRequest) return;
  turn.isReported = true;
  const { id: sessionId, owner } = turn.session;
  const { model } = turn.profile;
  onTurnOver?.({ id: turn.id, sessionId, owner, model, endedAt: now(), ...turn.tally.sums, ...outcome });
}

export function outcomeOf(ending: TurnEnding, turn: Turn): TurnOutcome {
  const error = ending.reason === 'failed' ? (turn.failure ?? ending.error) : turn.failure;
  return error === undefined ? { finish: ending.reason } : { error };
}

/** Of a turn whose end this service cannot tell any more. */
export function abandoned(): TurnOutcome {
  return { error: new HarnessError('ABORTED', 'The session was deleted during the turn, or another service runs it.') };
}
