import type { JournalSink } from '../core/journal.ts';
import type { Logger } from '../core/logger.ts';
import { freeAll } from '../util/garbage.ts';
import { WhenQuiet } from '../util/when-quiet.ts';

/** How long after the last request, in ms: a conversation at its usual pace has none in between. */
export const quietMs = 30_000;

/**
 * A collection stops everything, for the longer the more there is on the heap: the usual 30 MB take a tenth of a second of a slow
 * processor (Node 20.20). What is larger than this is left to V8.
 */
export const largestHeapBytes = 64 * 1024 ** 2;

export interface CollectWhenQuietOptions {
  /** Whether something is being answered, run or sent. */
  isBusy: () => boolean;
  log: Logger;
  /** For lengths of time, in ms. */
  ticks: () => number;
  /** Frees what is done with, in one go. */
  collect?: () => Promise<void>;
  /** How many bytes are in use on the heap, garbage included. */
  heapBytes?: () => number;
}

/**
 * Frees what requests have left behind once nobody asks any more, and gives the room back to the system: V8 keeps it for as long
 * as no others come. Done once until the next request; one that comes meanwhile waits.
 */
export class CollectWhenQuiet {
  readonly #options: Required<CollectWhenQuietOptions>;
  readonly #quiet: WhenQuiet;

  constructor(options: CollectWhenQuietOptions) {
    this.#options = { collect: freeAll, heapBytes: () => process.memoryUsage().heapUsed, ...options };
    const { isBusy } = options;
    this.#quiet = new WhenQuiet({ afterMs: quietMs, isBusy, act: () => void this.#collect() });
  }

  readonly sink: JournalSink = () => {
    this.#quiet.noteWork();
  };

  stop(): void {
    this.#quiet.stop();
  }

  async #collect(): Promise<void> {
    const { collect, heapBytes, log, ticks } = this.#options;
    const before = heapBytes();
    if (before > largestHeapBytes) return;
    const startedAt = ticks();
    try {
      await collect();
      const freed = before - heapBytes();
      log.debug('garbage of the requests is collected', { pause_ms: ticks() - startedAt, freed_bytes: freed });
    } catch (error) {
      log.warn('garbage of the requests could not be collected', { error });
    }
  }
}
