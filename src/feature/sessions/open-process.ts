import type { AgentSessionOptions } from '../../core/agent-engine.ts';
import { fitPast } from './fit-past.ts';
import { LiveCalls } from './live-calls.ts';
import { LiveProcess } from './live-process.ts';
import { pastOfEvents } from './past-of-events.ts';
import { readProcess } from './process-events.ts';
import type { RunState } from './run-state.ts';
import { EventTranslator } from './translate-events.ts';
import type { Turn } from './turn.ts';

/** The process for a turn: the one that is there if nothing has changed since, else a new one. Undefined where the turn is over meanwhile. */
export async function openProcess(state: RunState, turn: Turn): Promise<LiveProcess | undefined> {
  const { sessionId, context } = state;
  const { options, setup } = await sessionOptions(state, turn);
  const kept = state.live;
  if (kept !== undefined && kept.setup === setup && context.processes.processOf(sessionId) === kept.process)
    return kept;
  state.live = undefined;
  await context.processes.replace(sessionId);
  const past = pastOfEvents(await context.events.past(sessionId, turn.hasTurns ? 'unanswered' : 'all'));
  const process = await context.engine.open({ ...options, past: fitPast(past) });
  if (state.turn !== turn) {
    await process.stop();
    return undefined;
  }
  const calls = new LiveCalls();
  const translator = new EventTranslator({
    calls,
    newEventId: context.newEventId,
    findCall: (callId) => context.events.findCall(sessionId, { callId }),
  });
  const live = new LiveProcess({ process, setup, calls, translator });
  state.live = live;
  context.processes.put(sessionId, process);
  void readProcess(state, live).finally(state.onRest);
  return live;
}

/** With a text that differs where a process can't be used any further. */
async function sessionOptions(
  { sessionId, context }: RunState,
  { session, profile, hasTurns }: Turn,
): Promise<{ options: Omit<AgentSessionOptions, 'past'>; setup: string }> {
  const systemMessages = await context.events.systemMessages(sessionId);
  const customTools = session.overrides.customTools ?? [];
  const limit = maxCost(session.maxCostUsd, profile.maxCostUsd);
  const { transcript, usage } = session;
  return {
    options: {
      ...{ profile, transcript, customTools, systemMessages },
      resume: hasTurns,
      ...(limit !== undefined && { maxCostUsd: limit - usage.costUsd }),
    },
    setup: JSON.stringify({ profile, transcript, customTools, systemMessages, limit }),
  };
}

/** What a session may cost in all; undefined where nothing limits it. */
export function maxCost(ofSession: number | undefined, ofProfile: number | undefined): number | undefined {
  if (ofSession === undefined || ofProfile === undefined) return ofSession ?? ofProfile;
  return Math.min(ofSession, ofProfile);
}
