import { isCreatedAgentId } from '../../core/agent-definition.ts';
import { HarnessError } from '../../core/errors.ts';
import type { SessionDraft } from '../../core/sessions.ts';
import type { StoredSession } from './session-row.ts';

/** The key of the metadata that names the session which another one was forked from. */
const forkedFrom = 'forked_from';

/** What a session that goes on from another one takes over from it, where its draft says nothing else. Throws `INVALID_REQUEST`. */
export function forkDraft(draft: SessionDraft, source: StoredSession): SessionDraft {
  if (draft.agent !== source.agentName) {
    const message = `The session ${source.id} is one of the agent "${source.agentName}", and so is its fork; leave agent out.`;
    throw new HarnessError('INVALID_REQUEST', message, { param: 'agent' });
  }
  const { maxCostUsd = source.maxCostUsd, title, metadata } = draft;
  // Of the configuration there is one version, of agents that were created any.
  const version = draft.version ?? (isCreatedAgentId(source.agentName) ? source.agentVersion : undefined);
  return {
    ...draft,
    ...(version !== undefined && { version }),
    overrides: { ...source.overrides, ...draft.overrides },
    title: title ?? source.title,
    metadata: { ...source.metadata, ...metadata, [forkedFrom]: source.id },
    ...(maxCostUsd !== undefined && { maxCostUsd }),
  };
}
