import { toHarnessError } from '../../core/errors.ts';
import type { ClientEvent } from '../../core/session-event.ts';
import type { QueuedEvent } from './event-queue.ts';
import { endTurn, withdrawn } from './end-turn.ts';
import { answeredBy, toDecision } from './late-answers.ts';
import type { LiveProcess } from './live-process.ts';
import { resultWithFiles } from './named-files.ts';
import { openCalls } from './next-work.ts';
import { breakOff, decide, waitEvents } from './process-events.ts';
import { stopReason, type RunState } from './run-state.ts';
import { turnTookTooLong } from './session-error.ts';
import { idle } from './turn-ending.ts';
import type { Turn } from './turn.ts';

type CustomResult = Extract<ClientEvent, { type: 'user.custom_tool_result' }>;
type Answer = CustomResult | Extract<ClientEvent, { type: 'user.tool_confirmation' }>;

/** Lets all that acts at once take effect, in order. */
export async function takeUrgentEvents(state: RunState): Promise<void> {
  const next = () => state.context.events.firstQueued(state.sessionId, 'urgent');
  for (let queued = await next(); queued !== undefined; queued = await next()) {
    if (!(await state.claim())) return;
    const { event } = queued;
    if (event.type === 'user.interrupt') await takeInterrupt(state, queued);
    else if (event.type !== 'user.message' && event.type !== 'system.message') await takeAnswer(state, queued, event);
  }
}

async function takeInterrupt(state: RunState, { id, event }: QueuedEvent): Promise<void> {
  const { turn, live } = state;
  if (turn !== undefined && !turn.isEnding) {
    const calls = live === undefined ? [] : withdrawn(live);
    await state.commit({ events: [{ id, ...event }], consumed: [id], calls });
    interruptTurn(state, turn);
    return;
  }
  const open = await state.context.events.calls(state.sessionId, ['asked', 'awaited', 'late']);
  const ended = open.length === 0 ? [] : [state.newEvent(idle({ type: 'end_turn' }))];
  await state.commit({
    events: [{ id, ...event }, ...ended],
    consumed: [id],
    calls: open.map((call) => ({ ...call, state: 'withdrawn' })),
  });
}

/** Ends a turn that takes longer than its agent's may. */
export async function endOverdueTurn(state: RunState, turn: Turn, maxTurnMs: number): Promise<void> {
  if (state.turn !== turn || turn.isEnding) return;
  turn.failure = turnTookTooLong(maxTurnMs);
  try {
    if (state.live !== undefined) await state.commit({ calls: withdrawn(state.live) });
    interruptTurn(state, turn);
  } catch (error) {
    await breakOff(state, toHarnessError(error));
  }
}

function interruptTurn(state: RunState, turn: Turn): void {
  const { live, context } = state;
  turn.wasInterrupted = true;
  turn.stopTimers();
  if (live === undefined) return;
  for (const { callId } of live.calls.open) {
    live.calls.close(callId);
    live.settleQuestion(callId);
  }
  live.waitingFor = [];
  turn.interruptTimer = setTimeout(() => {
    void state.serial.run(() => endByForce(state, turn));
  }, context.interruptMs);
  live.process.interrupt().catch((error: unknown) => {
    context.log.warn('a turn could not be interrupted', { session_id: state.sessionId, error });
  });
}

/** The process did not end the turn in time. */
async function endByForce(state: RunState, turn: Turn): Promise<void> {
  const { live } = state;
  if (state.turn !== turn || turn.isEnding || live === undefined) return;
  await endTurn(state, live, { type: 'turn_ended', ending: { reason: 'interrupted' } });
  await state.endProcess();
}

async function takeAnswer(state: RunState, queued: QueuedEvent, answer: Answer): Promise<void> {
  const eventId = answeredBy(answer) ?? '';
  const call = state.live?.calls.findByEvent(eventId);
  if (state.live !== undefined && call?.isOpen === true)
    await giveAnswer(state, state.live, call.callId, queued, answer);
  else await rememberAnswer(state, eventId, queued);
}

/** To the process that waits for it. */
async function giveAnswer(
  state: RunState,
  live: LiveProcess,
  callId: string,
  { id, event }: QueuedEvent,
  answer: Answer,
): Promise<void> {
  live.calls.close(callId);
  const wait = waitEvents(state, live);
  try {
    await state.commit({
      events: [{ id, ...event }, ...wait.events.map((body) => state.newEvent(body))],
      consumed: [id],
      ...(wait.status !== undefined && { status: wait.status }),
    });
  } catch (error) {
    live.calls.reopen(callId);
    throw error;
  }
  wait.apply();
  if (answer.type === 'user.tool_confirmation') decide(state, live, callId, toDecision(answer));
  else giveResult(state, live, callId, answer);
}

function giveResult(state: RunState, live: LiveProcess, callId: string, answer: CustomResult): void {
  const { fileContents, log } = state.context;
  resultWithFiles(fileContents, state.turn?.session.owner, answer)
    .then((result) => live.process.answer(callId, result))
    .catch((error: unknown) => {
      log.warn('a result did not reach the agent', { session_id: state.sessionId, error });
    });
}

/** The process that waited for it is gone: it goes into the next turn, unless the call is not wanted any more. */
async function rememberAnswer(state: RunState, eventId: string, { id, event }: QueuedEvent): Promise<void> {
  const { events } = state.context;
  const call = await events.findCall(state.sessionId, { eventId });
  const isWanted = call?.state === 'answered';
  const left = await openCalls(events, state.sessionId);
  const rest = isWanted && left.length > 0 ? [state.newEvent(idle(stopReason(left)))] : [];
  await state.commit({
    events: [{ id, ...event }, ...rest],
    consumed: [id],
    calls: isWanted ? [{ ...call, state: 'late' }] : [],
  });
}
