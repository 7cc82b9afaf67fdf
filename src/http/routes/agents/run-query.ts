import { randomUUID } from 'node:crypto';
import type { Caller, Session, Sessions } from '../../../core/sessions.ts';
import type { ClientEvent } from '../../../core/session-event.ts';
import { HarnessError } from '../../../core/errors.ts';
import { QueryStream } from '../../../dialect/aicore-query/stream.ts';
import type { QueryEvent } from '../../../dialect/aicore-query/types.ts';
import type { RouteServices } from '../route.ts';

export interface QueryRun extends Pick<RouteServices, 'now' | 'log'> {
  sessions: Sessions;
  caller: Caller;
  /** As it is before. */
  session: Session;
  message: ClientEvent;
}

/**
 * Runs a query in a session, and tells what comes of it. As nobody else awaits it, it is cancelled when `signal` aborts
 * before its end. Rejects before anything is told where it can't begin.
 */
export async function runQuery(run: QueryRun, signal: AbortSignal): Promise<AsyncIterable<QueryEvent>> {
  const { sessions, caller, session, message, now } = run;
  const events = await sessions.follow(caller, session.id, { previews: true }, signal);
  const [accepted] = await sessions.send(caller, session.id, [message]);
  const stream = new QueryStream({ session, messageId: accepted?.id ?? '', newUuid: randomUUID, now });
  return tell(run, stream, events, signal);
}

async function* tell(
  run: QueryRun,
  stream: QueryStream,
  events: Awaited<ReturnType<Sessions['follow']>>,
  signal: AbortSignal,
): AsyncGenerator<QueryEvent> {
  try {
    yield* stream.begin();
    for await (const event of events) {
      yield* stream.push(event);
      if (!stream.isOver) continue;
      yield* stream.finish(await sessionNow(run));
      return;
    }
  } finally {
    if (!stream.isOver) await cancel(run);
  }
  if (!signal.aborted) throw new HarnessError('DRAINING', 'The harness was stopped before the query was over.');
}

async function sessionNow({ sessions, caller, session }: QueryRun): Promise<Session | undefined> {
  try {
    return await sessions.get(caller, session.id);
  } catch (error) {
    if (error instanceof HarnessError && error.code === 'SESSION_NOT_FOUND') return undefined;
    throw error;
  }
}

async function cancel({ sessions, caller, session, log }: QueryRun): Promise<void> {
  try {
    await sessions.send(caller, session.id, [{ type: 'user.interrupt' }]);
  } catch (error) {
    // The service is stopping, which ends the turn by itself, or the session is gone.
    log.debug('a query could not be cancelled', { session_id: session.id, error });
  }
}
