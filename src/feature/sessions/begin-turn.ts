import type { AgentSessionOptions, ContentBlock } from '../../core/agent-engine.ts';
import type { AgentProfile } from '../../core/agent.ts';
import type { AgentEventBody } from '../../core/session-event.ts';
import type { WaitingEvent } from './event-queue.ts';
import { nextWork, type Work } from './next-work.ts';
import type { RunState } from './run-state.ts';
import type { NewEvent } from './session-change.ts';
import { agentIsGone, toSessionError } from './session-error.ts';
import { isSameStart, maxCost, sessionOptions } from './session-options.ts';
import type { StoredSession } from './session-row.ts';
import { TurnClock } from './turn-clock.ts';
import { idle } from './turn-ending.ts';
import { Turn } from './turn.ts';
import { TurnTally } from './turn-tally.ts';
import { endOverdueTurn } from './urgent-events.ts';
import type { WarmProcess } from './warm-process.ts';

type TurnWork = Extract<Work, { kind: 'turn' }>;

export interface NextTurn {
  session: StoredSession;
  /** What its process is opened with. */
  options: AgentSessionOptions;
  work: TurnWork;
}

/** Lets what needs no process take effect; gives the turn that is next. Undefined where there is none, for now. */
export async function nextTurn(state: RunState): Promise<NextTurn | undefined> {
  const { sessions, events, agents, fileContents } = state.context;
  for (;;) {
    if (state.turn !== undefined || state.closed.aborted) return undefined;
    const work = await nextWork(events, state.sessionId);
    if (work === undefined || (await isHeldBack(state)) || !(await state.claim())) return undefined;
    const session = await sessions.find(state.sessionId);
    if (session === undefined || session.archivedAt !== undefined || session.status === 'terminated') return undefined;
    if (work.kind === 'system_message') {
      await state.commit({ events: [taken(work.queued)], consumed: [work.queued.id] });
      continue;
    }
    const agent = await agents.atWork(session);
    if (agent === undefined) await terminate(state, session, work);
    else if (!isAffordable(session, agent.profile)) await holdBack(state);
    else return { session, options: await sessionOptions({ events, fileContents }, session, agent), work };
    return undefined;
  }
}

/**
 * Keeps the turn's first events. Gives the turn and what its process is to be sent. The process that has waited is used
 * where the session would still be opened with the same; it brings the transcript that the session has from then on.
 */
export async function beginTurn(
  state: RunState,
  { session, options, work }: NextTurn,
  waiting: WarmProcess | undefined,
): Promise<{ turn: Turn; content: readonly ContentBlock[] }> {
  const { queued, calls, answers, content } = work;
  const warm = waiting !== undefined && isSameStart(waiting.options, options) ? waiting : undefined;
  const transcript = warm?.options.transcript;
  const first = state.newEvent({ type: 'session.status_running' });
  await state.commit({
    events: [first, ...(queued === undefined ? [] : [taken(queued)])],
    consumed: queued === undefined ? [] : [queued.id],
    calls: calls.map((call) => ({ ...call, state: 'answered' })),
    status: 'running',
    ...(transcript !== undefined && { transcript }),
  });
  state.heldBackAt = undefined;
  const { maxTurnMs } = options.profile;
  const { now, isAnswering } = state.context;
  const clock = new TurnClock(maxTurnMs, now, () => {
    void state.serial.run(() => endOverdueTurn(state, turn, maxTurnMs ?? 0));
  });
  const begun = transcript === undefined ? session : { ...session, transcript };
  const turn: Turn = new Turn(begun, {
    ...{ id: first.id, options: warm?.options ?? options, warm, decisions: answers, clock },
    tally: new TurnTally(now),
    answersRequest: isAnswering?.(session.id) ?? false,
  });
  state.turn = turn;
  clock.run();
  return { turn, content };
}

/** The session can't go on: what it was made for is gone. */
async function terminate(state: RunState, { agentName }: StoredSession, { queued }: TurnWork): Promise<void> {
  const ending: AgentEventBody[] = [
    { type: 'session.error', error: toSessionError(agentIsGone(agentName), 'terminal') },
    { type: 'session.status_terminated' },
  ];
  await state.commit({
    events: [
      state.newEvent({ type: 'session.status_running' }),
      ...(queued === undefined ? [] : [taken(queued)]),
      ...ending.map((body) => state.newEvent(body)),
    ],
    consumed: queued === undefined ? [] : [queued.id],
    status: 'terminated',
  });
  await state.endProcess();
}

function isAffordable({ maxCostUsd, usage }: StoredSession, profile: AgentProfile): boolean {
  const limit = maxCost(maxCostUsd, profile.maxCostUsd);
  return limit === undefined || usage.costUsd < limit;
}

/** Whether nothing has changed since a message was held back. */
async function isHeldBack({ heldBackAt, context, sessionId }: RunState): Promise<boolean> {
  if (heldBackAt === undefined || (await context.events.lastQueued(sessionId)) !== heldBackAt) return false;
  const session = await context.sessions.find(sessionId);
  const agent = session && (await context.agents.atWork(session));
  return session !== undefined && agent !== undefined && !isAffordable(session, agent.profile);
}

/** The message waits until the session may cost more; said once for each message that has come. */
async function holdBack(state: RunState): Promise<void> {
  const newest = (await state.context.events.lastQueued(state.sessionId)) ?? 0;
  if (state.heldBackAt === newest) return;
  await state.commit({ events: [state.newEvent(idle({ type: 'budget_reached' }))], status: 'idle' });
  state.heldBackAt = newest;
}

function taken({ id, event }: WaitingEvent): NewEvent {
  return { id, ...event };
}
