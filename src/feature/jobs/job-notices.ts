import { HarnessError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { deliverToWebhook } from '../../util/deliver-webhook.ts';
import { signedWebhook } from '../../util/signed-webhook.ts';
import type { JobRow } from './job-row.ts';
import type { JobTable } from './job-table.ts';

const maxSending = 4;
/** Longer than all tries of one delivery take: so long nobody else sends it. */
const leaseMs = 5 * 60_000;
const longestWaitMs = 60 * 60_000;
/** How long after its end it is tried to tell of a job. */
const givenUpAfterMs = 24 * 60 * 60_000;

export interface JobNoticesOptions {
  table: JobTable;
  /** What they are signed with; absent: they are not. */
  secret?: string;
  log: Logger;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Before the second try of a delivery. */
  retryMs?: number;
}

/** Tells webhooks of the ends of jobs, at least once each, over all services and starts. Nothing waits for it. */
export class JobNotices {
  readonly #options: JobNoticesOptions;
  readonly #stopping = new AbortController();
  readonly #sending = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: JobNoticesOptions) {
    this.#options = options;
  }

  /** Sends what is due, now and from time to time. */
  wake(): void {
    if (this.#stopping.signal.aborted) return;
    this.#sendAfter(0);
  }

  /** What was not sent yet, the next start sends. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#timer);
    await Promise.all(this.#sending);
  }

  #sendAfter(waitMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#send();
    }, waitMs);
    this.#timer.unref();
  }

  #send(): void {
    const { table, now, log } = this.#options;
    try {
      for (const row of table.toTell(now(), maxSending - this.#sending.size)) {
        if (!table.claimNotice(row, now() + leaseMs)) continue;
        const sending = this.#tell(row).finally(() => {
          this.#sending.delete(sending);
          this.wake();
        });
        this.#sending.add(sending);
      }
    } catch (error) {
      log[error instanceof HarnessError ? 'debug' : 'error']('the ends of jobs could not be told', { error });
    }
    this.#sendAfter(leaseMs);
  }

  /** Never rejects. */
  async #tell(row: JobRow): Promise<void> {
    const { table, secret, now, log, retryMs = 1000 } = this.#options;
    const { seq, id, webhook: url } = row;
    if (url === null) return;
    const fields = { job: id, to: new URL(url).origin };
    try {
      const message = {
        url,
        id: `evt_${id}`,
        at: now(),
        message: toMessage(row),
        ...(secret !== undefined && { secret }),
      };
      const { signal } = this.#stopping;
      const delivery = await deliverToWebhook(signedWebhook(message), { retryMs, timeoutMs: 10_000, signal });
      if (delivery.outcome !== 'failed') {
        table.told(seq, delivery.outcome === 'ended' ? null : now());
        return;
      }
      const { reason, tries, isTransient } = delivery;
      const waitMs = Math.min(leaseMs * 2 ** row.notice_tries, longestWaitMs);
      const isOver = !isTransient || now() + waitMs - (row.ended_at ?? 0) > givenUpAfterMs;
      table.told(seq, isOver ? null : now() + waitMs);
      log.warn('the end of a job could not be told', {
        ...fields,
        reason,
        tries,
        ...(!isOver && { retry_ms: waitMs }),
      });
    } catch (error) {
      log.warn('the end of a job could not be told', { ...fields, error });
    }
  }
}

/** An event as OpenAI's webhooks have it. What came of the job is asked for, by who may. */
function toMessage({ id, status, ended_at: endedAt, metadata }: JobRow): object {
  return {
    id: `evt_${id}`,
    object: 'event',
    type: `job.${status}`,
    created_at: Math.floor((endedAt ?? 0) / 1000),
    data: { id, status, metadata: JSON.parse(metadata) as object },
  };
}
