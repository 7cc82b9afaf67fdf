import type { StoredCall } from './call-table.ts';
import { openCalls } from './next-work.ts';
import { stopReason, type RunState } from './run-state.ts';
import { idle } from './turn-ending.ts';

/** Denies what nobody has answered in time and whose process is gone; a process that lives has timers for its own. */
export async function expireQuestions(state: RunState): Promise<void> {
  const { events, askTimeoutMs, now } = state.context;
  if (askTimeoutMs === undefined) return;
  const overdue = await events.askedBefore(state.sessionId, now() - askTimeoutMs);
  const left = overdue.filter(({ callId }) => state.live?.calls.find(callId)?.isOpen !== true);
  if (left.length === 0 || !(await state.claim())) return;
  const waiting = (await openCalls(events, state.sessionId)).filter((call) => !isAmong(left, call));
  await state.commit({
    events: waiting.length === 0 ? [] : [state.newEvent(idle(stopReason(waiting)))],
    calls: left.map((call) => ({ ...call, state: 'late' })),
  });
}

function isAmong(calls: readonly StoredCall[], { callId }: StoredCall): boolean {
  return calls.some((call) => call.callId === callId);
}
