import type { AgentSessionOptions } from '../../core/agent-engine.ts';
import type { AgentProfile } from '../../core/agent.ts';
import type { FileContents } from '../../core/file-contents.ts';
import type { AgentAtWork } from './agents.ts';
import type { EventStore } from './event-store.ts';
import { fitPast } from './fit-past.ts';
import { pastWithFiles } from './named-files.ts';
import { narrowProfile } from './narrow-profile.ts';
import { pastOfEvents } from './past-of-events.ts';
import type { StoredSession } from './session-row.ts';

/** Where what was said before is. */
export interface SessionContents {
  events: Pick<EventStore, 'past' | 'systemMessages'>;
  fileContents: FileContents;
}

/** What a session's process is opened with for its next turn: its agent, with what the session has narrowed in it. */
export async function sessionOptions(
  { events, fileContents }: SessionContents,
  { id, owner, transcript, hasTurns, overrides, maxCostUsd, usage }: StoredSession,
  agent: AgentAtWork,
): Promise<AgentSessionOptions> {
  const profile = narrowProfile(agent.profile, overrides);
  const limit = maxCost(maxCostUsd, profile.maxCostUsd);
  const past = pastOfEvents(await events.past(id, hasTurns ? 'unanswered' : 'all'));
  return {
    ...{ profile, transcript, resume: hasTurns, customTools: overrides.customTools ?? agent.customTools },
    systemMessages: await events.systemMessages(id),
    past: await pastWithFiles(fileContents, owner, fitPast(past)),
    ...(limit !== undefined && { maxCostUsd: limit - usage.costUsd }),
  };
}

/** Of a session that asks for nothing but its agent. */
export function plainOptions(profile: AgentProfile, transcript: string): AgentSessionOptions {
  const { maxCostUsd } = profile;
  return {
    ...{ profile, transcript, resume: false, past: [], customTools: [], systemMessages: [] },
    ...(maxCostUsd !== undefined && { maxCostUsd }),
  };
}

/** Whether two sessions that begin would have the same process, but for the name of its transcript. */
export function isSameStart(one: AgentSessionOptions, other: AgentSessionOptions): boolean {
  return !one.resume && !other.resume && keyOf(one) === keyOf(other);
}

function keyOf({ profile, customTools, past, systemMessages, maxCostUsd }: AgentSessionOptions): string {
  return JSON.stringify({ profile, customTools, systemMessages, past, maxCostUsd });
}

/** What a session may cost in all; undefined where nothing limits it. */
export function maxCost(ofSession: number | undefined, ofProfile: number | undefined): number | undefined {
  if (ofSession === undefined || ofProfile === undefined) return ofSession ?? ofProfile;
  return Math.min(ofSession, ofProfile);
}
