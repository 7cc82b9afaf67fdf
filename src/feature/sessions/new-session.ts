import { HarnessError } from '../../core/errors.ts';
import type { Agent, Caller, SessionDraft } from '../../core/sessions.ts';
import type { StoredSession } from './session-row.ts';

interface NewSession {
  id: string;
  owner: Caller;
  agent: Agent;
  draft: SessionDraft;
  transcript: string;
  /** In milliseconds since the epoch. */
  now: number;
}

export function newSession({ id, owner, agent, draft, transcript, now }: NewSession): StoredSession {
  const { overrides, title, metadata, maxCostUsd } = draft;
  return {
    ...{
      id,
      owner,
      agentName: agent.profile.name,
      agentVersion: agent.version,
      overrides,
      title,
      metadata,
      transcript,
    },
    ...(maxCostUsd !== undefined && { maxCostUsd }),
    status: 'idle',
    createdAt: now,
    updatedAt: now,
    usage: {
      input_tokens: 0,
      output_tokens: 0,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      costUsd: 0,
    },
    activeMs: 0,
    hasTurns: false,
  };
}

/** Throws `INVALID_REQUEST` where a client expects another version of the agent. */
export function checkVersion({ profile, version }: Agent, expected: number | undefined): void {
  if (expected === undefined || expected === version) return;
  const message = `The agent "${profile.name}" is at version ${version}, not ${expected}: sessions are created of the current version only.`;
  throw new HarnessError('INVALID_REQUEST', message, { param: 'agent.version' });
}
