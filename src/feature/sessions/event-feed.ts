import type { PreviewEvent, SessionEvent } from '../../core/session-event.ts';
import { createDeferred, type Deferred } from '../../util/deferred.ts';
import type { PreviewBuffer } from './preview-buffer.ts';
import type { PlacedEvent } from './session-change.ts';

/** How many events are kept at hand for those that follow closely; others read the state file. */
const recentEvents = 64;

/** One that watches a session. */
interface Watch {
  /** Undefined where it wants none. */
  previews: PreviewBuffer | undefined;
}

/** What tells the watchers of one session that something has happened. It keeps nothing that grows with their number. */
export class SessionFeed {
  readonly #watches = new Set<Watch>();
  #news: Deferred<undefined> = createDeferred();
  /** The last events, in order and without gaps. */
  #recent: PlacedEvent[] = [];
  #lastSeq = 0;
  /** What they see last, when no more will come. */
  end: { event: SessionEvent | undefined } | undefined;

  get news(): Promise<undefined> {
    return this.#news.promise;
  }

  get isWatched(): boolean {
    return this.#watches.size > 0;
  }

  add(watch: Watch): () => void {
    this.#watches.add(watch);
    return () => this.#watches.delete(watch);
  }

  /** The place of the last event, as somebody has read it. */
  noteLastSeq(seq: number): void {
    if (seq > this.#lastSeq) {
      this.#lastSeq = seq;
      this.#recent = [];
      this.wake();
    }
  }

  publish(events: readonly PlacedEvent[]): void {
    for (const event of events) {
      // Where another has told something in between, the state file has all of it.
      if (event.seq !== this.#lastSeq + 1) this.#recent = [];
      if (event.seq > this.#lastSeq) this.#recent.push(event);
      this.#lastSeq = Math.max(this.#lastSeq, event.seq);
      for (const { previews } of this.#watches) previews?.end(event.event.id);
    }
    this.#recent = this.#recent.slice(-recentEvents);
    this.wake();
  }

  preview(event: PreviewEvent): void {
    for (const { previews } of this.#watches) previews?.add(event, this.#lastSeq);
    this.wake();
  }

  wake(): void {
    this.#news.resolve(undefined);
    this.#news = createDeferred();
  }

  /** The events behind a place; undefined where not all of them are at hand. */
  since(seq: number): readonly PlacedEvent[] | undefined {
    if (seq >= this.#lastSeq) return [];
    const first = this.#recent[0];
    if (first === undefined || first.seq > seq + 1) return undefined;
    return this.#recent.slice(seq + 1 - first.seq);
  }
}

/** The feeds of all sessions that somebody watches. */
export class EventFeeds {
  readonly #feeds = new Map<string, SessionFeed>();
  #news: Deferred<undefined> = createDeferred();
  #isOver = false;

  /** Settles when something was kept of any session, or may have been by another service, and when the service stops. */
  get news(): Promise<undefined> {
    return this.#news.promise;
  }

  /** Whether the service has stopped. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** `close` must be called when the watcher has left. */
  watch(sessionId: string): { feed: SessionFeed; watch: Watch; close: () => void } {
    const feed = this.#feeds.get(sessionId) ?? new SessionFeed();
    this.#feeds.set(sessionId, feed);
    const watch: Watch = { previews: undefined };
    const leave = feed.add(watch);
    const close = () => {
      leave();
      if (!feed.isWatched && this.#feeds.get(sessionId) === feed) this.#feeds.delete(sessionId);
    };
    return { feed, watch, close };
  }

  publish(sessionId: string, events: readonly PlacedEvent[]): void {
    this.#feeds.get(sessionId)?.publish(events);
    this.wake();
  }

  preview(sessionId: string, event: PreviewEvent): void {
    this.#feeds.get(sessionId)?.preview(event);
  }

  /** No more will come; `event` is the last one that its watchers see. */
  end(sessionId: string, event: SessionEvent): void {
    const feed = this.#feeds.get(sessionId);
    this.#feeds.delete(sessionId);
    this.wake();
    if (feed === undefined) return;
    feed.end = { event };
    feed.wake();
  }

  /** The sessions that somebody watches. */
  get watched(): readonly string[] {
    return [...this.#feeds.keys()];
  }

  /** Another service may have told something: the place of the last event in the state file. */
  noteLastSeq(sessionId: string, seq: number): void {
    this.#feeds.get(sessionId)?.noteLastSeq(seq);
  }

  /** Lets those look who follow all sessions. */
  wake(): void {
    this.#news.resolve(undefined);
    if (!this.#isOver) this.#news = createDeferred();
  }

  endAll(): void {
    this.#isOver = true;
    this.wake();
    for (const feed of this.#feeds.values()) {
      feed.end = { event: undefined };
      feed.wake();
    }
    this.#feeds.clear();
  }
}
