import type { AgentSessionOptions } from '../../core/agent-engine.ts';
import type { AgentProfile } from '../../core/agent.ts';
import type { EventStore } from './event-store.ts';
import type { StoredSession } from './session-row.ts';

/** What a session's process is opened with. `profile` is with what the session has narrowed in it. */
export async function sessionOptions(
  events: Pick<EventStore, 'systemMessages' | 'earlierMessages'>,
  { id, transcript, hasTurns, overrides, maxCostUsd, usage }: StoredSession,
  profile: AgentProfile,
): Promise<AgentSessionOptions> {
  const limit = maxCost(maxCostUsd, profile.maxCostUsd);
  const history = hasTurns ? [] : await events.earlierMessages(id);
  return {
    ...{ profile, transcript, resume: hasTurns, customTools: overrides.customTools ?? [] },
    systemMessages: await events.systemMessages(id),
    ...(history.length > 0 && { history }),
    ...(limit !== undefined && { maxCostUsd: limit - usage.costUsd }),
  };
}

/** Of a session that asks for nothing but its agent. */
export function plainOptions(profile: AgentProfile, transcript: string): AgentSessionOptions {
  const { maxCostUsd } = profile;
  return {
    ...{ profile, transcript, resume: false, customTools: [], systemMessages: [] },
    ...(maxCostUsd !== undefined && { maxCostUsd }),
  };
}

/** Whether two sessions that begin would have the same process, but for the name of its transcript. */
export function isSameStart(one: AgentSessionOptions, other: AgentSessionOptions): boolean {
  return !one.resume && !other.resume && keyOf(one) === keyOf(other);
}

function keyOf({ profile, customTools, systemMessages, history, maxCostUsd }: AgentSessionOptions): string {
  return JSON.stringify({ profile, customTools, systemMessages, history, maxCostUsd });
}

/** What a session may cost in all; undefined where nothing limits it. */
export function maxCost(ofSession: number | undefined, ofProfile: number | undefined): number | undefined {
  if (ofSession === undefined || ofProfile === undefined) return ofSession ?? ofProfile;
  return Math.min(ofSession, ofProfile);
}
