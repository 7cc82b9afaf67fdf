import type { AgentProcess } from '../../core/agent-engine.ts';
import { LiveCalls } from './live-calls.ts';
import { LiveProcess } from './live-process.ts';
import { readProcess } from './process-events.ts';
import type { RunState } from './run-state.ts';
import { maxCost } from './session-options.ts';
import { EventTranslator } from './translate-events.ts';
import type { Turn } from './turn.ts';

/** The process for a turn: the one that is there if nothing has changed since, else a new one. Undefined where the turn is over meanwhile. */
export async function openProcess(state: RunState, turn: Turn): Promise<LiveProcess | undefined> {
  const { sessionId, context } = state;
  const setup = setupOf(turn);
  const kept = state.live;
  if (kept !== undefined && kept.setup === setup && context.processes.processOf(sessionId) === kept.process)
    return kept;
  state.live = undefined;
  const process = await processFor(state, turn);
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

async function processFor({ sessionId, context }: RunState, { options, warm }: Turn): Promise<AgentProcess> {
  if (warm !== undefined) return warm.opened;
  await context.processes.replace(sessionId);
  return context.engine.open(options);
}

/** A text that differs where a process can't be used any further. */
function setupOf({ session, options }: Turn): string {
  const { profile, transcript, customTools, systemMessages } = options;
  const limit = maxCost(session.maxCostUsd, profile.maxCostUsd);
  return JSON.stringify({ profile, transcript, customTools, systemMessages, limit });
}
