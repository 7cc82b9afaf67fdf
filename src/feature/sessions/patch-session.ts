import type { NewEvent, SessionUpdate } from './session-change.ts';
import type { SessionPatch } from '../../core/sessions.ts';
import type { StoredSession } from './session-row.ts';

/** The session as a client wants it, and what its watchers see of that; undefined where nothing changes. */
export function patchSession(
  session: StoredSession,
  patch: SessionPatch,
  newEventId: () => string,
): { update: SessionUpdate; event: NewEvent } | undefined {
  const { title = session.title, maxCostUsd = session.maxCostUsd ?? null } = patch;
  const metadata = patchMetadata(session.metadata, patch.metadata);
  const overrides = { ...session.overrides, ...patch.overrides };
  const update = { title, maxCostUsd, metadata, overrides };
  const before = {
    ...{ title: session.title, maxCostUsd: session.maxCostUsd ?? null },
    ...{ metadata: session.metadata, overrides: session.overrides },
  };
  if (JSON.stringify(update) === JSON.stringify(before)) return undefined;
  return {
    update,
    event: {
      id: newEventId(),
      type: 'session.updated',
      ...(title !== session.title && { title }),
      ...(JSON.stringify(metadata) !== JSON.stringify(session.metadata) && { metadata }),
    },
  };
}

/** `null` removes a key. */
export function patchMetadata(
  metadata: Readonly<Record<string, string>>,
  patch: SessionPatch['metadata'] = {},
): Readonly<Record<string, string>> {
  const entries = Object.entries({ ...metadata, ...patch });
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== null));
}
