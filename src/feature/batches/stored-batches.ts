import type {
  Batch,
  BatchDraft,
  Batches,
  BatchFamily,
  BatchQuery,
  BatchRequest,
  BatchResult,
} from '../../core/batches.ts';
import { HarnessError } from '../../core/errors.ts';
import type { Caller } from '../../core/sessions.ts';
import { toBatch, type BatchRow } from './batch-row.ts';
import type { BatchTable, NewBatch } from './batch-table.ts';
import { addRequests, type BatchLimits } from './create-batch.ts';
import type { RequestTable } from './request-table.ts';
import type { ServiceLeases } from './service-leases.ts';
import { resultsOf } from './results.ts';

export interface StoredBatchesOptions {
  batches: BatchTable;
  requests: RequestTable;
  leases: ServiceLeases;
  limits: BatchLimits;
  /** How long after its creation a batch is kept, in ms. */
  keepMs: number;
  webhook: {
    /** Of batches that name none of their own. */
    url?: string;
    /** Whether they may. */
    allowsOwn: boolean;
  };
  serviceId: string;
  leaseMs: number;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** 32 hex digits. */
  newId: () => string;
  /** Called when there may be something to do: requests to run, or to give up. */
  onChange: () => void;
  /** Called when something can be deleted. */
  onGone: () => void;
  /** Called when there is an end to tell of. */
  onEnded: () => void;
}

const dayMs = 24 * 60 * 60 * 1000;

/** Batches as clients see them. */
export class StoredBatches implements Batches {
  readonly #options: StoredBatchesOptions;
  /** By their ids, from before they are there. */
  readonly #creating = new Set<string>();

  constructor(options: StoredBatchesOptions) {
    this.#options = options;
  }

  /** Whether the requests of a batch are still coming, to this service. */
  isCreating(id: string): boolean {
    return this.#creating.has(id);
  }

  async create(
    caller: Caller,
    client: string | undefined,
    draft: BatchDraft,
    requests: AsyncIterable<BatchRequest>,
  ): Promise<Batch> {
    const batch = this.#toNew(caller, client, draft);
    this.#creating.add(batch.id);
    try {
      const { batches, leaseMs } = this.#options;
      const seq = await batches.begin(batch, batch.created_at + leaseMs);
      return draft.faults === undefined ? await this.#fill(seq, requests) : await this.#fail(seq, batch);
    } finally {
      this.#creating.delete(batch.id);
    }
  }

  async get(caller: Caller, family: BatchFamily, id: string): Promise<Batch> {
    return toBatch(await this.#find(caller, family, id));
  }

  async list(
    caller: Caller,
    family: BatchFamily,
    query: BatchQuery,
  ): Promise<{ data: readonly Batch[]; hasMore: boolean }> {
    const { batches, now } = this.#options;
    const { rows, hasMore } = await batches.list({ caller, family }, query, now());
    return { data: rows.map(toBatch), hasMore };
  }

  async cancel(caller: Caller, family: BatchFamily, id: string): Promise<Batch> {
    const { batches, now, onChange } = this.#options;
    const { seq } = await this.#find(caller, family, id);
    await batches.cancel(seq, now());
    onChange();
    return this.get(caller, family, id);
  }

  async delete(caller: Caller, family: BatchFamily, id: string): Promise<void> {
    const { batches, onGone } = this.#options;
    const { seq, status } = await this.#find(caller, family, id);
    if (status !== 'ended') {
      throw new HarnessError('BATCH_CONFLICT', 'The batch has not ended; cancel it, and wait for its end.');
    }
    await batches.discard(seq);
    onGone();
  }

  async *results(caller: Caller, family: BatchFamily, id: string): AsyncGenerator<BatchResult> {
    const { seq } = await this.#find(caller, family, id);
    yield* resultsOf(this.#options.requests, seq);
  }

  #find(caller: Caller, family: BatchFamily, id: string): Promise<BatchRow> {
    const { batches, now } = this.#options;
    return batches.find({ caller, family }, id, now());
  }

  #toNew(caller: Caller, client: string | undefined, draft: BatchDraft): NewBatch {
    const { keepMs, serviceId, now, newId } = this.#options;
    const { windowMs = dayMs, metadata, details, faults = [] } = draft;
    const at = now();
    return {
      id: draft.idPrefix + newId(),
      ...{ owner: caller ?? null, client: client ?? null, family: draft.family },
      // It can still be asked for when its time is over.
      ...{ created_at: at, expires_at: at + windowMs, gone_at: at + Math.max(keepMs, windowMs) },
      ...{ run_by: serviceId, webhook: this.#webhookOf(draft) ?? null },
      ...{ metadata: JSON.stringify(metadata), details: JSON.stringify(details), faults: JSON.stringify(faults) },
    };
  }

  async #fill(seq: number, requests: AsyncIterable<BatchRequest>): Promise<Batch> {
    const { batches, requests: table, limits, now, onChange, onGone } = this.#options;
    try {
      await addRequests(table, seq, requests, { limits, onPortion: this.#renewing() });
      const row = await batches.open(seq, now());
      if (row === undefined) throw givenUp();
      onChange();
      return toBatch(row);
    } catch (error) {
      await this.#discard(seq);
      onGone();
      throw error;
    }
  }

  async #fail(seq: number, { webhook }: NewBatch): Promise<Batch> {
    const { batches, now, onEnded } = this.#options;
    const at = now();
    const row = await batches.fail(seq, { at, noticeAt: webhook === null ? null : at });
    if (row === undefined) throw givenUp();
    onEnded();
    return toBatch(row);
  }

  #webhookOf({ webhook }: BatchDraft): string | undefined {
    const { url, allowsOwn } = this.#options.webhook;
    if (webhook === undefined) return url;
    const refused = (message: string): HarnessError =>
      new HarnessError('INVALID_REQUEST', message, { param: 'metadata.webhook' });
    if (!allowsOwn) {
      throw refused(
        'This service tells no webhooks of clients of the end of a batch; leave it out, or ask for the batch.',
      );
    }
    if (!/^https?:\/\//i.test(webhook) || !URL.canParse(webhook)) throw refused('It must be an http or https address.');
    const { username, password } = new URL(webhook);
    if (username !== '' || password !== '') throw refused('It must not contain a user name or a password.');
    return webhook;
  }

  /** Keeps the lease also where nobody else does any more, as while the service stops. */
  #renewing(): () => Promise<void> {
    const { leases, serviceId, leaseMs, now } = this.#options;
    let renewedAt = now();
    return async () => {
      if (Math.abs(now() - renewedAt) < leaseMs / 4) return;
      renewedAt = now();
      await leases.renew(serviceId, renewedAt + leaseMs);
    };
  }

  /** The next beat finds what could not be noted. */
  async #discard(seq: number): Promise<void> {
    try {
      await this.#options.batches.discard(seq);
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
    }
  }
}

/** Only where this service stood still for longer than its lease. */
function givenUp(): HarnessError {
  return new HarnessError('INTERNAL', 'The batch could not be created in time; send it again.');
}
