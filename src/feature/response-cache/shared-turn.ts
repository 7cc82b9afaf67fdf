import type { TurnEvent } from '../../core/turn-event.ts';
import { createDeferred, type Deferred } from '../../util/deferred.ts';
import { unlessAborted } from '../../util/unless-aborted.ts';
import { lastTry } from './last-try.ts';

export interface SharedTurnOptions {
  run: (signal: AbortSignal) => AsyncIterable<TurnEvent>;
  /** Called with all of the answer before anybody gets its `end`. */
  onAnswered: (events: readonly TurnEvent[]) => void;
  /** Called once, when nobody may join any more: it has ended, failed or been left by all. */
  onOver: () => void;
}

/**
 * One turn that answers several requests. Who comes later is first given what there is of the answer. It goes on while
 * anybody follows it, and is cancelled when the last one leaves.
 */
export class SharedTurn {
  readonly #options: SharedTurnOptions;
  readonly #events: TurnEvent[] = [];
  readonly #stopping = new AbortController();
  /** In the order in which they came. */
  readonly #followers = new Set<symbol>();
  #finished: Promise<void> | undefined;
  #payer: symbol | undefined;
  #ending: { error?: unknown } | undefined;
  #isOver = false;
  #news: Deferred<void> = createDeferred();

  /** The turn begins with its first follower. */
  constructor(options: SharedTurnOptions) {
    this.#options = options;
  }

  /**
   * The events of the turn; throws what it fails with, or the reason of `signal`. Before the `end`, `onEnd` learns whether
   * the turn counts as this request's: as the first one's of those that are still there.
   */
  async *follow(signal: AbortSignal, onEnd: (pays: boolean) => void): AsyncGenerator<TurnEvent> {
    const follower = Symbol('follower');
    this.#followers.add(follower);
    this.#finished ??= this.#run();
    try {
      let next = this.#events.length;
      yield* lastTry(this.#events);
      for (;;) {
        signal.throwIfAborted();
        const event = this.#events[next];
        if (event !== undefined) {
          next += 1;
          if (event.type === 'end') onEnd(this.#payer === follower);
          yield event;
        } else if (this.#ending !== undefined) {
          if ('error' in this.#ending) throw this.#ending.error;
          return;
        } else {
          await unlessAborted(this.#news.promise, signal);
        }
      }
    } finally {
      await this.#leave(follower, signal);
    }
  }

  async #run(): Promise<void> {
    try {
      for await (const event of this.#options.run(this.#stopping.signal)) this.#push(event);
      this.#end({});
    } catch (error) {
      this.#end({ error });
    }
  }

  #push(event: TurnEvent): void {
    if (event.type === 'end') {
      [this.#payer] = this.#followers;
      this.#options.onAnswered(lastTry([...this.#events, event]));
      this.#close();
    }
    this.#events.push(event);
    this.#tell();
  }

  #end(ending: { error?: unknown }): void {
    this.#ending = ending;
    this.#close();
    this.#tell();
  }

  #close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.onOver();
  }

  #tell(): void {
    const news = this.#news;
    this.#news = createDeferred();
    news.resolve();
  }

  /** The last one waits until what the turn held is free again. */
  async #leave(follower: symbol, signal: AbortSignal): Promise<void> {
    this.#followers.delete(follower);
    if (this.#followers.size > 0 || this.#ending !== undefined) return;
    this.#close();
    this.#stopping.abort(signal.reason);
    await this.#finished;
  }
}
