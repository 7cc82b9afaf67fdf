import { deliverToWebhook } from './deliver-webhook.ts';
import { Serial } from './serial.ts';
import { signedWebhook } from './signed-webhook.ts';

/** How many are sent at a time. */
const maxSending = 4;
/** Longer than all tries of one delivery take: so long nobody else sends it. */
const leaseMs = 5 * 60_000;
const firstWaitMs = 5 * 60_000;
const longestWaitMs = 60 * 60_000;
/** How long after an end it is tried to tell of it. */
const givenUpAfterMs = 24 * 60 * 60_000;

/** What has ended, as it is kept. Times are milliseconds since the epoch. */
export interface EndedRow {
  seq: number;
  id: string;
  /** Who is to be told; null: nobody. */
  webhook: string | null;
  ended_at: number | null;
  /** How many deliveries have been begun. */
  notice_tries: number;
}

type MaybePromise<T> = T | Promise<T>;

/** Where it is kept, and who is to be told of it when. What fails is tried again later. */
export interface NoticeTable<Row> {
  /** Those whose end somebody is to be told of by now. */
  toTell: (now: number, limit: number) => MaybePromise<readonly Row[]>;
  /** Whether it is the caller's to tell of: nobody else has taken it, who has until `nextAt`. */
  claimNotice: (row: Row, nextAt: number) => MaybePromise<boolean>;
  /** Somebody was told, or not, and will be at `nextAt` if that is given. */
  told: (seq: number, nextAt: number | null) => MaybePromise<void>;
}

export interface EndNoticesOptions<Row extends EndedRow> {
  /** What ends, such as `batch`, for the log. */
  what: string;
  table: NoticeTable<Row>;
  /** The event's type, and what it says. */
  toEvent: (row: Row) => { type: string; data: object };
  /** What they are signed with; absent: they are not. */
  secret?: string;
  log: { warn: (message: string, fields: Record<string, unknown>) => void };
  /** The table can't be used. */
  onUnusable: (error: unknown) => void;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Before the second try of a delivery. */
  retryMs?: number;
  /** Of one try. */
  timeoutMs?: number;
}

/**
 * Tells webhooks what has ended, as an event in the form of OpenAI's, at least once each, over all services and starts.
 * Nothing waits for it.
 */
export class EndNotices<Row extends EndedRow> {
  readonly #options: EndNoticesOptions<Row>;
  readonly #stopping = new AbortController();
  readonly #sending = new Set<Promise<void>>();
  /** One look at a time, so that no more than the limit are sent. */
  readonly #looks = new Serial();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: EndNoticesOptions<Row>) {
    this.#options = options;
  }

  /** Sends what is due, now and from time to time. */
  wake(): void {
    this.#sendAfter(0);
  }

  /** What was not sent yet, the next start sends. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#timer);
    await this.#looks.run(() => Promise.all(this.#sending));
  }

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  #sendAfter(waitMs: number): void {
    clearTimeout(this.#timer);
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      void this.#looks.run(() => this.#send());
    }, waitMs);
    this.#timer.unref();
  }

  /** Never rejects. */
  async #send(): Promise<void> {
    const { table, now, onUnusable } = this.#options;
    this.#sendAfter(firstWaitMs);
    try {
      for (const row of await table.toTell(now(), maxSending - this.#sending.size)) {
        if (this.#isStopped || !(await table.claimNotice(row, now() + leaseMs))) continue;
        const sending = this.#tell(row).finally(() => {
          this.#sending.delete(sending);
          this.wake();
        });
        this.#sending.add(sending);
      }
    } catch (error) {
      onUnusable(error);
    }
  }

  /** Never rejects. */
  async #tell(row: Row): Promise<void> {
    const { what, table, toEvent, secret, now, log, retryMs = 1000, timeoutMs = 10_000 } = this.#options;
    const { seq, webhook: url, ended_at: endedAt } = row;
    if (url === null) return;
    const id = `evt_${row.id}`;
    const failed = (facts: object): void => {
      log.warn(`the end of a ${what} could not be told`, { [what]: row.id, to: new URL(url).origin, ...facts });
    };
    try {
      const message = { id, object: 'event', created_at: Math.floor((endedAt ?? 0) / 1000), ...toEvent(row) };
      const request = signedWebhook({ url, id, at: now(), message, ...(secret !== undefined && { secret }) });
      const delivery = await deliverToWebhook(request, { retryMs, timeoutMs, signal: this.#stopping.signal });
      if (delivery.outcome !== 'failed') {
        await table.told(seq, delivery.outcome === 'ended' ? null : now());
        return;
      }
      const { reason, tries, isTransient } = delivery;
      const waitMs = Math.min(firstWaitMs * 2 ** row.notice_tries, longestWaitMs);
      const isOver = !isTransient || now() + waitMs - (endedAt ?? 0) > givenUpAfterMs;
      await table.told(seq, isOver ? null : now() + waitMs);
      failed({ reason, tries, ...(!isOver && { retry_ms: waitMs }) });
    } catch (error) {
      failed({ error });
    }
  }
}
