import { LRUCache } from 'lru-cache';
import { setImmediate } from 'node:timers/promises';
import type { CacheOutcome, CachePolicy } from '../../core/cache.ts';
import { HarnessError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { TurnEvent } from '../../core/turn-event.ts';
import type { CacheControls } from './cache-controls.ts';
import type { CachedAnswer, CachedAnswerStore, CacheSize } from './cached-answer-store.ts';
import { isKept, joinPieces } from './kept-answer.ts';
import { SharedTurn } from './shared-turn.ts';

/** In front of the state file, for what comes again at once: a machine at home has little memory to spare. */
const maxMemoryBytes = 16 * 1024 ** 2;

export interface ResponseCacheOptions {
  store: CachedAnswerStore;
  /** All answers together. */
  maxBytes: number;
  log: Logger;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** A request whose answer may be kept. */
export interface CacheableTurn {
  key: string;
  controls: CacheControls;
  policy: CachePolicy;
  /** Its answer may still be replaced by another while it is made; that of a stream may not. */
  isBuffered: boolean;
  run: (signal: AbortSignal) => AsyncIterable<TurnEvent>;
  /** Whether the turn was answered by what the key says, and not by what took over for it. */
  wasServedAsExpected: () => boolean;
  /** Told what becomes of it, before the events that depend on it; the last word counts. */
  onOutcome: (outcome: CacheOutcome) => void;
}

/** What has happened since the service started, and what is kept. */
export interface CacheStats extends CacheSize {
  hits: number;
  misses: number;
  stored: number;
  joined: number;
}

/** Nothing was kept, or the request does not want what was. */
type MissReason = 'miss' | 'request';

type Found = { answer: CachedAnswer } | { why: MissReason };

/** Gives answers again to equal requests, and lets those that come together share a turn. */
export class ResponseCache {
  readonly #options: ResponseCacheOptions;
  readonly #memory: LRUCache<string, CachedAnswer>;
  readonly #turns = new Map<string, SharedTurn>();
  readonly #counts = { hits: 0, misses: 0, stored: 0, joined: 0 };
  /** What a turn that began before has answered is not kept. */
  #clearings = 0;

  constructor(options: ResponseCacheOptions) {
    this.#options = options;
    const maxSize = Math.min(options.maxBytes, maxMemoryBytes);
    this.#memory = new LRUCache({ maxSize, sizeCalculation: ({ events }) => events.length });
  }

  /** The events of the answer. Throws `NOT_CACHED` where the request takes only a kept one and there is none. */
  async *answer(turn: CacheableTurn, signal: AbortSignal): AsyncGenerator<TurnEvent> {
    const found = await this.#find(turn);
    signal.throwIfAborted();
    if ('answer' in found) {
      this.#counts.hits += 1;
      turn.onOutcome({ kind: 'hit', ...this.#ageOf(found.answer, turn.policy) });
      yield* JSON.parse(found.answer.events) as TurnEvent[];
    } else if (turn.controls.onlyIfCached) {
      turn.onOutcome({ kind: 'miss', why: found.why, isStored: false });
      throw notCached('No answer to this request is in the cache');
    } else {
      yield* this.#share(turn, found.why, signal);
    }
  }

  async stats(): Promise<CacheStats> {
    return { ...(await this.#options.store.size()), ...this.#counts };
  }

  /** Forgets all answers, and keeps none that is being made. Gives how many there were. */
  async clear(): Promise<number> {
    const { store, now } = this.#options;
    const { entries } = await store.size();
    this.#clearings += 1;
    this.#memory.clear();
    this.#turns.clear();
    const until = now();
    while (await store.deleteUntil(until)) await setImmediate();
    return entries;
  }

  async #find({ key, controls, policy }: CacheableTurn): Promise<Found> {
    if (controls.maxAgeMs === 0) return { why: 'request' };
    const answer = this.#memory.get(key) ?? (await this.#read(key));
    if (answer === undefined) return { why: 'miss' };
    const { ageMs, ttlMs } = this.#ageOf(answer, policy);
    if (ttlMs <= 0) return { why: 'miss' };
    return ageMs > controls.maxAgeMs ? { why: 'request' } : { answer };
  }

  /** Without the state file nothing is found; its outages have lines of their own in the log. */
  async #read(key: string): Promise<CachedAnswer | undefined> {
    const { store, log } = this.#options;
    try {
      const answer = await store.find(key);
      if (answer !== undefined) this.#memory.set(key, answer);
      return answer;
    } catch (error) {
      log.debug('the response cache could not be read', { error });
      return undefined;
    }
  }

  /** The owner may have shortened the time since it was kept. */
  #ageOf({ storedAt, expiresAt }: CachedAnswer, policy: CachePolicy): { ageMs: number; ttlMs: number } {
    const now = this.#options.now();
    const ttlMs = Math.min(expiresAt, storedAt + policy.ttlMs) - now;
    return { ageMs: Math.max(0, now - storedAt), ttlMs };
  }

  /** Follows the turn of an equal request that has not ended yet, or begins one. */
  async *#share(turn: CacheableTurn, why: MissReason, signal: AbortSignal): AsyncGenerator<TurnEvent> {
    const place = `${turn.key} ${turn.isBuffered ? 'whole' : 'stream'}`;
    // Who wants the model to be asked anew wants no answer that was begun before.
    const shared = turn.controls.maxAgeMs === 0 ? undefined : this.#turns.get(place);
    if (shared === undefined) {
      this.#counts.misses += 1;
      yield* this.#begin(turn, place, why, signal);
      return;
    }
    this.#counts.joined += 1;
    turn.onOutcome({ kind: 'joined', pays: false });
    yield* shared.follow(signal, (pays) => {
      turn.onOutcome({ kind: 'joined', pays });
    });
  }

  #begin(turn: CacheableTurn, place: string, why: MissReason, signal: AbortSignal): AsyncGenerator<TurnEvent> {
    const clearings = this.#clearings;
    let isStored = false;
    const shared = new SharedTurn({
      run: turn.run,
      onAnswered: (events) => {
        isStored = clearings === this.#clearings && this.#keep(turn, events);
      },
      onOver: () => {
        if (this.#turns.get(place) === shared) this.#turns.delete(place);
      },
    });
    if (!this.#turns.has(place)) this.#turns.set(place, shared);
    turn.onOutcome({ kind: 'miss', why, isStored });
    return shared.follow(signal, () => {
      turn.onOutcome({ kind: 'miss', why, isStored });
    });
  }

  /** Whether it is kept. */
  #keep({ key, controls, policy, wasServedAsExpected }: CacheableTurn, answer: readonly TurnEvent[]): boolean {
    const { store, maxBytes, log, now } = this.#options;
    const ttlMs = Math.floor(Math.min(policy.ttlMs, controls.ttlMs));
    if (ttlMs <= 0 || !wasServedAsExpected() || !isKept(answer, policy)) return false;
    const events = JSON.stringify(joinPieces(answer));
    if (Buffer.byteLength(events) > maxBytes) return false;
    const storedAt = now();
    const kept = { key, storedAt, expiresAt: storedAt + ttlMs, events };
    this.#memory.set(key, kept);
    this.#counts.stored += 1;
    store.save(kept).catch((error: unknown) => {
      log.debug('an answer is cached in memory only', { error });
    });
    return true;
  }
}

/** `what` went wrong, for the client. */
export function notCached(what: string): HarnessError {
  return new HarnessError(
    'NOT_CACHED',
    `${what}, and it takes no other (Cache-Control: only-if-cached); leave that out to ask the model.`,
  );
}
