import type { AgentEvent, PermissionDecision } from '../../core/agent-engine.ts';
import { toHarnessError, type HarnessError } from '../../core/errors.ts';
import type { AgentEventBody } from '../../core/session-event.ts';
import type { SessionStatus } from '../../core/sessions.ts';
import { endTurn, failTurn } from './end-turn.ts';
import { noteWaiting } from './give-up.ts';
import { takeDecision } from './late-answers.ts';
import type { LiveProcess } from './live-process.ts';
import type { RunState } from './run-state.ts';
import type { NewEvent } from './session-change.ts';
import { notKept, processEnded } from './session-error.ts';
import type { TurnProgress } from './translate-events.ts';
import { idle } from './turn-ending.ts';

/** Keeps what the process tells, one event after the other, until it has ended. */
export async function readProcess(state: RunState, live: LiveProcess): Promise<void> {
  let failure: HarnessError | undefined;
  try {
    for await (const event of live.process.events) await state.serial.run(() => takeEvent(state, live, event));
  } catch (error) {
    failure = toHarnessError(error);
  }
  await state.serial.run(() => takeEnd(state, live, failure ?? processEnded()));
}

async function takeEvent(state: RunState, live: LiveProcess, event: AgentEvent): Promise<void> {
  if (state.live !== live) return;
  state.turn?.tally.saw(event);
  try {
    if (event.type === 'turn_ended') await endTurn(state, live, event);
    else await takeProgress(state, live, event);
  } catch (error) {
    await breakOff(state, toHarnessError(error));
  }
}

/** What can't be kept must not happen either. */
export async function breakOff(state: RunState, error: HarnessError): Promise<void> {
  if (state.turn === undefined) await state.endProcess();
  else await failTurn(state, state.turn, notKept(error));
}

async function takeEnd(state: RunState, live: LiveProcess, error: HarnessError): Promise<void> {
  if (state.live !== live) return;
  if (state.turn !== undefined) await failTurn(state, state.turn, error);
  await state.endProcess();
}

async function takeProgress(state: RunState, live: LiveProcess, event: TurnProgress): Promise<void> {
  const { turn } = state;
  if (event.type === 'request_ended') state.context.processes.atWork();
  const { events, calls = [], usage, preview, onKept } = await live.translator.translate(event);
  if (preview !== undefined) state.context.feeds.preview(state.sessionId, preview);
  const decision = decidedBefore(state, live, event);
  const wait = waitEvents(state, live);
  const isFirst = turn?.hasTurns === false;
  if (events.length + calls.length + wait.events.length === 0 && usage === undefined && !isFirst) return;
  await state.commit({
    events: [...events.map((body) => asDecided(body, decision)), ...wait.events.map((body) => state.newEvent(body))],
    calls: decision === undefined ? calls : calls.map((call) => ({ ...call, state: 'answered' })),
    ...(usage !== undefined && { usage }),
    ...(wait.status !== undefined && { status: wait.status }),
    hasTurns: true,
  });
  onKept?.();
  if (turn !== undefined) turn.hasTurns = true;
  wait.apply();
  noteWaiting(state, live);
  if (event.type !== 'tool_called' && event.type !== 'question_withdrawn') return;
  if (decision !== undefined) decide(state, live, event.callId, decision);
  else if (event.type === 'question_withdrawn') live.settleQuestion(event.callId);
  else if (event.permission === 'ask') startQuestionTimer(state, live, event.callId);
}

/** The decision about a call that was asked about by a process that is gone. */
function decidedBefore(state: RunState, live: LiveProcess, event: TurnProgress): PermissionDecision | undefined {
  if (event.type !== 'tool_called' || event.permission !== 'ask' || state.turn === undefined) return undefined;
  const decision = takeDecision(state.turn.decisions, event);
  if (decision !== undefined) live.calls.close(event.callId);
  return decision;
}

/** Nobody has to answer what was decided before. */
function asDecided(body: NewEvent, decision: PermissionDecision | undefined): NewEvent {
  if (decision === undefined || !('evaluated_permission' in body)) return body;
  return { ...body, evaluated_permission: decision.allow ? 'allow' : 'deny' };
}

export interface WaitEvents {
  events: readonly AgentEventBody[];
  status?: SessionStatus;
  /** To be called when they are kept. */
  apply: () => void;
}

/** What the session now says about what it waits for. */
export function waitEvents(state: RunState, live: LiveProcess): WaitEvents {
  const { turn } = state;
  const open = live.calls.open.map(({ eventId }) => eventId);
  const apply = () => {
    live.waitingFor = open;
    if (open.length === 0) turn?.clock.run();
    else turn?.clock.pause();
    noteWaiting(state, live);
  };
  switch (live.waitChange()) {
    case 'none':
      return { events: [], apply: () => undefined };
    case 'waits':
      return { events: [idle({ type: 'requires_action', event_ids: open })], status: 'idle', apply };
    case 'resumes':
      return turn === undefined
        ? { events: [idle({ type: 'end_turn' })], apply }
        : { events: [{ type: 'session.status_running' }], status: 'running', apply };
  }
}

/** Not awaited: what comes of it, the process tells. */
export function decide(state: RunState, live: LiveProcess, callId: string, decision: PermissionDecision): void {
  live.settleQuestion(callId);
  live.process.decide(callId, decision).catch((error: unknown) => {
    state.context.log.warn('a decision did not reach the agent', { session_id: state.sessionId, error });
  });
}

function startQuestionTimer(state: RunState, live: LiveProcess, callId: string): void {
  const { askTimeoutMs } = state.context;
  if (askTimeoutMs === undefined) return;
  live.startQuestionTimer(callId, askTimeoutMs, () => {
    void state.serial.run(() => denyOverdue(state, live, callId, askTimeoutMs));
  });
}

async function denyOverdue(state: RunState, live: LiveProcess, callId: string, afterMs: number): Promise<void> {
  const call = live.calls.find(callId);
  if (state.live !== live || call?.isOpen !== true) return;
  try {
    // An answer that was accepted, by another service maybe, is about to take effect.
    const stored = await state.context.events.findCall(state.sessionId, { callId });
    if (stored?.state !== 'asked') return;
    live.calls.close(callId);
    const wait = waitEvents(state, live);
    await state.commit({
      events: wait.events.map((body) => state.newEvent(body)),
      calls: [{ ...stored, state: 'answered' }],
      ...(wait.status !== undefined && { status: wait.status }),
    });
    wait.apply();
  } catch (error) {
    await breakOff(state, toHarnessError(error));
    return;
  }
  decide(state, live, callId, { allow: false, message: `Denied: nobody answered within ${afterMs / 1000} s.` });
}
