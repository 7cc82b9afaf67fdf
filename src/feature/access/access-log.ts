import { HarnessError } from '../../core/errors.ts';
import type { JournalSink } from '../../core/journal.ts';
import type { Logger } from '../../core/logger.ts';
import type { PriceOf } from '../../core/prices.ts';
import { toAccessRow, type AccessRow } from './access-row.ts';
import type { AccessStore } from './access-store.ts';
import { LiveFeed } from './live-feed.ts';

/** What finished is stored so often; a crash loses no more. */
const storeEveryMs = 1000;
/** How many rows one transaction stores: more would hold up the service for too long. */
const rowsAtOnce = 500;
/** How many rows wait while the state file can't be written; later ones are dropped. */
const maxPending = 10_000;
/** Any number of names could come from clients that name themselves; those after these are `other`. */
const maxClients = 1000;

export interface AccessLogOptions {
  store: Pick<AccessStore, 'add'>;
  priceOf: PriceOf;
  /** Whether rows are kept at all. */
  isKept: boolean;
  log: Logger;
}

/** Keeps finished requests, in batches beside the service's work, and tells them to whoever watches. */
export class AccessLog {
  readonly feed = new LiveFeed();
  readonly #options: AccessLogOptions;
  readonly #clients = new Set<string>();
  #pending: AccessRow[] = [];
  #dropped = 0;
  /** Of those, the ones that the log has not been given so far. */
  #unreported = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: AccessLogOptions) {
    this.#options = options;
  }

  /** How many rows wait to be stored, and how many were lost since the start. */
  get backlog(): { pending: number; dropped: number } {
    return { pending: this.#pending.length, dropped: this.#dropped };
  }

  readonly sink: JournalSink = (entry) => {
    const row = toAccessRow(entry, this.#options.priceOf);
    row.client = this.#bounded(row.client);
    this.feed.publish(row);
    if (!this.#options.isKept) return;
    if (this.#pending.length < maxPending) this.#pending.push(row);
    else this.#drop(1);
    this.#schedule(storeEveryMs);
  };

  /** Stores what waits: before somebody reads it, and at the end of the service. */
  store(): void {
    while (this.#pending.length > 0 && this.#storeSome());
  }

  /** The same, after which no more comes: what could not be stored is lost. */
  close(): void {
    this.store();
    clearTimeout(this.#timer);
    this.#drop(this.#pending.length);
    this.#pending = [];
    this.#report();
  }

  #schedule(delayMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const isStored = this.#storeSome();
      if (this.#pending.length > 0) this.#schedule(isStored ? 0 : storeEveryMs);
    }, delayMs).unref();
  }

  /** Gives whether it could be done. */
  #storeSome(): boolean {
    const { store, log } = this.#options;
    const rows = this.#pending.slice(0, rowsAtOnce);
    try {
      store.add(rows);
    } catch (error) {
      // The state file logs its own failures, once each.
      if (error instanceof HarnessError) return false;
      log.error('finished requests could not be stored', { error });
      this.#drop(rows.length);
    }
    this.#pending.splice(0, rows.length);
    this.#report();
    return true;
  }

  #drop(count: number): void {
    this.#dropped += count;
    this.#unreported += count;
  }

  /** One line for all that were lost, when it is over. */
  #report(): void {
    if (this.#unreported === 0) return;
    this.#options.log.warn('finished requests are missing from the access log, since the state file was not writable', {
      missing: this.#unreported,
    });
    this.#unreported = 0;
  }

  #bounded(client: string | null): string | null {
    if (client === null) return null;
    if (this.#clients.size < maxClients) this.#clients.add(client);
    return this.#clients.has(client) ? client : 'other';
  }
}
