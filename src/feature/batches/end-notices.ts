import { HarnessError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { deliverToWebhook } from '../../util/deliver-webhook.ts';
import { signedWebhook } from '../../util/signed-webhook.ts';
import { timerDelay } from '../../util/timer-delay.ts';
import { toBatch, type BatchRow } from './batch-row.ts';
import type { BatchTable } from './batch-table.ts';

/** How many are sent at a time. */
const maxSending = 4;
/** Longer than all tries of one delivery take: so long nobody else sends it. */
const leaseMs = 5 * 60_000;
const firstWaitMs = 5 * 60_000;
const longestWaitMs = 60 * 60_000;
/** How long after its end it is tried to tell of a batch. */
const givenUpAfterMs = 24 * 60 * 60_000;

export interface EndNoticesOptions {
  batches: BatchTable;
  /** What they are signed with; absent: they are not. */
  secret?: string;
  log: Logger;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Before the second try of a delivery. */
  retryMs?: number;
  /** Of one try. */
  timeoutMs?: number;
}

/** Tells webhooks of the ends of batches, at least once each, over all services and starts. Nothing waits for it. */
export class EndNotices {
  readonly #options: EndNoticesOptions;
  readonly #stopping = new AbortController();
  readonly #sending = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: EndNoticesOptions) {
    this.#options = options;
  }

  /** Sends what is due; from then on by itself, when something becomes due that is known now. */
  wake(): void {
    if (this.#stopping.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#send();
    }, 0);
  }

  /** What was not sent yet, the next start sends. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#timer);
    await Promise.all(this.#sending);
  }

  #send(): void {
    const { batches, now, log } = this.#options;
    try {
      for (const row of batches.toTell(now(), maxSending - this.#sending.size)) {
        if (!batches.claimNotice(row, now() + leaseMs)) continue;
        const sending = this.#tell(row).finally(() => {
          this.#sending.delete(sending);
          this.wake();
        });
        this.#sending.add(sending);
      }
    } catch (error) {
      log[error instanceof HarnessError ? 'debug' : 'error']('the ends of batches could not be told', { error });
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#send();
    }, timerDelay(firstWaitMs));
    this.#timer.unref();
  }

  /** Never rejects. */
  async #tell(row: BatchRow): Promise<void> {
    const { batches, secret, now, log, retryMs = 1000, timeoutMs = 10_000 } = this.#options;
    const { seq, id, webhook } = row;
    if (webhook === null) return;
    const fields = { batch: id, to: new URL(webhook).origin };
    try {
      const request = signedWebhook({
        ...{ url: webhook, id: `evt_${id}`, at: now(), message: toMessage(row) },
        ...(secret !== undefined && { secret }),
      });
      const delivery = await deliverToWebhook(request, { retryMs, timeoutMs, signal: this.#stopping.signal });
      if (delivery.outcome !== 'failed') {
        batches.told(seq, delivery.outcome === 'ended' ? null : now());
        return;
      }
      const { reason, tries, isTransient } = delivery;
      const waitMs = Math.min(firstWaitMs * 2 ** row.notice_tries, longestWaitMs);
      const isOver = !isTransient || now() + waitMs - (row.ended_at ?? 0) > givenUpAfterMs;
      batches.told(seq, isOver ? null : now() + waitMs);
      const again = isOver ? {} : { retry_ms: waitMs };
      log.warn('the end of a batch could not be told', { ...fields, reason, tries, ...again });
    } catch (error) {
      log.warn('the end of a batch could not be told', { ...fields, error });
    }
  }
}

const types = { completed: 'completed', canceled: 'cancelled', expired: 'expired', failed: 'failed' } as const;

/** An event as OpenAI's webhooks have it, with the counts. */
function toMessage(row: BatchRow): object {
  const { id, end = 'completed', counts, endedAt = 0 } = toBatch(row);
  const { succeeded, errored, canceled, expired } = counts;
  return {
    id: `evt_${id}`,
    object: 'event',
    type: `batch.${types[end]}`,
    created_at: Math.floor(endedAt / 1000),
    data: { id, request_counts: { succeeded, errored, canceled, expired } },
  };
}
