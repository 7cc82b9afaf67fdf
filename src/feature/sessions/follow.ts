import { HarnessError } from '../../core/errors.ts';
import type { PreviewEvent, SessionEvent } from '../../core/session-event.ts';
import type { FollowOptions } from '../../core/sessions.ts';
import { createDeferred } from '../../util/deferred.ts';
import { onAbort } from '../../util/on-abort.ts';
import type { EventFeeds, SessionFeed } from './event-feed.ts';
import type { EventStore } from './event-store.ts';
import { PreviewBuffer } from './preview-buffer.ts';
import type { PlacedEvent } from './session-change.ts';

/** How many events are read at a time where they are not at hand. */
const batch = 100;

interface Following {
  sessionId: string;
  store: EventStore;
  feeds: EventFeeds;
  /** What is seen of a session that is gone. */
  deleted: () => SessionEvent;
}

/**
 * Follows a session from the event after `after` on. What is behind is read from the store, so that a slow watcher holds
 * nobody and nothing grows while it waits. Throws `INVALID_REQUEST` where no event with that id has happened.
 */
export async function follow(
  { sessionId, store, feeds, deleted }: Following,
  { after, previews }: FollowOptions,
  signal: AbortSignal,
): Promise<AsyncIterable<SessionEvent | PreviewEvent>> {
  const { feed, watch, close } = feeds.watch(sessionId);
  try {
    const lastSeq = (await store.lastSeq(sessionId)) ?? 0;
    feed.noteLastSeq(lastSeq);
    const from = after === undefined ? lastSeq : await store.seqOf(sessionId, after);
    if (from === undefined) throw unknownEvent();
    if (previews) watch.previews = new PreviewBuffer();
    onAbort(signal, close);
    const read = async (seq: number): Promise<readonly PlacedEvent[] | undefined> =>
      feed.since(seq) ?? (await store.after(sessionId, seq, batch));
    return events({ feed, previews: watch.previews, from, read, deleted, close }, signal);
  } catch (error) {
    close();
    throw error;
  }
}

interface Source {
  feed: SessionFeed;
  previews: PreviewBuffer | undefined;
  from: number;
  read: (seq: number) => Promise<readonly PlacedEvent[] | undefined>;
  deleted: () => SessionEvent;
  close: () => void;
}

async function* events(
  { feed, previews, from, read, deleted, close }: Source,
  signal: AbortSignal,
): AsyncGenerator<SessionEvent | PreviewEvent, void, void> {
  const left = createDeferred<undefined>();
  const stopListening = onAbort(signal, () => {
    left.resolve(undefined);
  });
  try {
    for (let seq = from; !signal.aborted;) {
      // Taken before reading, so that nothing is missed in between.
      const { news, end } = feed;
      const found = end?.event === undefined ? await read(seq) : undefined;
      if (found === undefined) return yield* last(end?.event ?? deleted());
      for (const placed of found) {
        yield* dueBefore(previews, seq);
        yield placed.event;
        seq = placed.seq;
      }
      yield* dueBefore(previews, seq);
      if (found.length > 0) continue;
      if (end !== undefined) return;
      await Promise.race([news, left.promise]);
    }
  } finally {
    stopListening();
    close();
  }
}

function* dueBefore(previews: PreviewBuffer | undefined, seq: number): Generator<PreviewEvent, void, void> {
  for (let event = previews?.take(seq); event !== undefined; event = previews?.take(seq)) yield event;
}

function* last(event: SessionEvent): Generator<SessionEvent, void, void> {
  yield event;
}

function unknownEvent(): HarnessError {
  const message = 'No event with this id has happened in the session; leave it out to follow from now on.';
  return new HarnessError('INVALID_REQUEST', message, { param: 'after' });
}
