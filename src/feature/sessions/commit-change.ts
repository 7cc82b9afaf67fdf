import { noModelUsage } from '../../core/agent-engine.ts';
import { memoizePerConnection, type StateDatabase } from '../../state/database.ts';
import { saveCall } from './call-table.ts';
import { dequeue } from './event-queue.ts';
import type { NewEvent, PlacedEvent, SessionChange, SessionUpdate } from './session-change.ts';
import { appendEvents } from './event-table.ts';

/** In one transaction. Undefined, and nothing happens, where the session is gone or another service runs it. */
export function commitChange(database: StateDatabase, change: SessionChange): readonly PlacedEvent[] | undefined {
  const { sessionId, by, at, events = [], consumed = [], calls = [] } = change;
  const { status, usage = noModelUsage, costUsd = 0, hasTurns, transcript } = change;
  const { changes } = statements(database).change.run({
    ...{ sessionId, by, at, costUsd, ...usage },
    status: status ?? null,
    activeUntil: change.activeUntil ?? at,
    hasTurns: hasTurns === undefined ? null : Number(hasTurns),
    transcript: transcript ?? null,
  });
  if (changes === 0) return undefined;
  for (const id of consumed) dequeue(database, sessionId, id);
  for (const call of calls) saveCall(database, sessionId, call);
  return appendEvents(database, sessionId, events, at);
}

/** What a client changes, whoever runs the session. Undefined where it is gone. */
export function updateSession(
  database: StateDatabase,
  sessionId: string,
  { title, metadata, maxCostUsd, overrides }: SessionUpdate,
  event: NewEvent | undefined,
  at: number,
): readonly PlacedEvent[] | undefined {
  const { changes } = statements(database).update.run({
    ...{ sessionId, at, title, maxCostUsd },
    metadata: JSON.stringify(metadata),
    overrides: JSON.stringify(overrides),
  });
  if (changes === 0) return undefined;
  return appendEvents(database, sessionId, event === undefined ? [] : [event], at);
}

const statements = memoizePerConnection((database) => ({
  change: database.prepare(
    `UPDATE sessions SET
       status = coalesce(@status, status),
       updated_at = CASE WHEN @status IS NULL THEN updated_at ELSE @at END,
       active_ms = active_ms + CASE WHEN @status <> 'running' AND running_since IS NOT NULL
         THEN max(0, @activeUntil - running_since) ELSE 0 END,
       running_since = CASE WHEN @status IS NULL THEN running_since
         WHEN @status = 'running' THEN coalesce(running_since, @at) ELSE NULL END,
       input_tokens = input_tokens + @input_tokens,
       output_tokens = output_tokens + @output_tokens,
       cache_creation_input_tokens = cache_creation_input_tokens + @cache_creation_input_tokens,
       cache_read_input_tokens = cache_read_input_tokens + @cache_read_input_tokens,
       cost_usd = cost_usd + @costUsd,
       has_turns = CASE WHEN @transcript IS NULL THEN coalesce(@hasTurns, has_turns) ELSE 0 END,
       transcript = coalesce(@transcript, transcript)
     WHERE id = @sessionId AND run_by = @by`,
  ),
  update: database.prepare(
    `UPDATE sessions SET title = @title, metadata = @metadata, max_cost_usd = @maxCostUsd, overrides = @overrides,
       updated_at = @at
     WHERE id = @sessionId`,
  ),
}));
