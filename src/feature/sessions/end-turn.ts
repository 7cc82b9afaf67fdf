import type { AgentEvent } from '../../core/agent-engine.ts';
import type { HarnessError } from '../../core/errors.ts';
import type { StoredCall } from './call-table.ts';
import { forgetTranscript } from './forget-transcript.ts';
import type { LiveProcess } from './live-process.ts';
import { openCalls } from './next-work.ts';
import { stopReason, type RunState } from './run-state.ts';
import type { SessionChange } from './session-change.ts';
import { toSessionError } from './session-error.ts';
import { outcomeOf, reportTurn, type TurnOutcome } from './report-turn.ts';
import { endingEvents, failed } from './turn-ending.ts';
import type { Turn } from './turn.ts';

type Change = Omit<SessionChange, 'sessionId' | 'by' | 'at'>;

/** Ends the turn as its process has ended it; the process may have further ones. */
export async function endTurn(
  state: RunState,
  live: LiveProcess,
  { ending, costUsd = 0 }: Extract<AgentEvent, { type: 'turn_ended' }>,
): Promise<void> {
  const { turn } = state;
  const calls = withdrawn(live);
  const closing = live.endTurn();
  if (turn === undefined) {
    await state.commit({ events: closing, calls, costUsd });
    return;
  }
  const events = [...closing, ...endingEvents(ending, turn).map((body) => state.newEvent(body))];
  const renews = ending.reason === 'failed' && !turn.hasTurns;
  if (renews) await state.endProcess();
  await conclude(state, turn, outcomeOf(ending, turn), () =>
    Promise.resolve({ events, calls, costUsd, status: 'idle', ...transcriptOf(state, turn, renews) }),
  );
  if (renews) await forgetTranscript(state.context, turn.session.transcript);
}

/** Ends the turn and its process for a reason that is not the process's own. */
export async function failTurn(state: RunState, turn: Turn, error: HarnessError): Promise<void> {
  if (state.turn !== turn || turn.isEnding) return;
  const closing = state.live?.endTurn() ?? [];
  const processEnds = state.endProcess();
  await conclude(state, turn, { error }, async () => {
    const open = await openCalls(state.context.events, state.sessionId);
    const bodies = failed(toSessionError(error), stopReason(open));
    return {
      events: [...closing, ...bodies.map((body) => state.newEvent(body))],
      status: 'idle',
      ...transcriptOf(state, turn, !turn.hasTurns),
    };
  });
  if (!turn.hasTurns) void processEnds.then(() => forgetTranscript(state.context, turn.session.transcript));
}

/** What a process that is over or interrupted has asked is not waited for any more. */
export function withdrawn({ calls }: LiveProcess): readonly StoredCall[] {
  return calls.open.map(({ callId, eventId }) => ({ callId, eventId, state: 'withdrawn' }));
}

/**
 * Of a turn that has failed before anything came of it nobody knows whether it has left a transcript, which could
 * neither be gone on from nor begun anew: the next turn has another one.
 */
function transcriptOf({ context }: RunState, turn: Turn, renews: boolean): Partial<Change> {
  if (renews) return { transcript: context.newTranscript() };
  return { hasTurns: turn.hasTurns };
}

/** Keeps the end of a turn; while the state file can't be used, again and again until the service ends. */
async function conclude(
  state: RunState,
  turn: Turn,
  outcome: TurnOutcome,
  toChange: () => Promise<Change>,
): Promise<void> {
  if (state.turn !== turn || turn.isEnding) return;
  turn.isEnding = true;
  turn.stopTimers();
  reportTurn(state.context, turn, outcome);
  const keep = async (): Promise<void> => {
    if (state.turn !== turn) return;
    try {
      await state.commit(await toChange());
      state.turn = undefined;
      turn.end();
    } catch (error) {
      state.context.log.debug('the end of a turn could not be kept yet', { session_id: state.sessionId, error });
      if (state.closed.aborted) return;
      setTimeout(() => void state.serial.run(keep), state.context.retryMs).unref();
    }
  };
  await keep();
}
