import type {
  Batch,
  BatchDraft,
  Batches,
  BatchFamily,
  BatchQuery,
  BatchRequest,
  BatchResult,
} from '../../../src/core/batches.ts';
import { HarnessError } from '../../../src/core/errors.ts';
import type { FinishBatch } from '../../../src/feature/batches/batch-context.ts';
import type { Caller } from '../../../src/core/sessions.ts';

interface Kept {
  caller: Caller;
  client: string | undefined;
  batch: Batch;
  requests: readonly BatchRequest[];
  results: BatchResult[];
}

const hour = 60 * 60 * 1000;

/** Batches that nobody runs: tests say how their requests end. */
export class MemoryBatches implements Batches {
  /** Newest first. */
  readonly kept: Kept[] = [];
  finish: FinishBatch = () => Promise.resolve({});
  /** Milliseconds since the epoch. */
  now = Date.parse('2026-01-31T12:00:00Z');
  #count = 0;

  async create(
    caller: Caller,
    client: string | undefined,
    draft: BatchDraft,
    source: AsyncIterable<BatchRequest>,
  ): Promise<Batch> {
    const requests: BatchRequest[] = [];
    const { faults = [] } = draft;
    if (faults.length === 0) for await (const request of source) requests.push(request);
    this.#count += 1;
    const batch: Batch = {
      id: `${draft.idPrefix}${String(this.#count).padStart(32, '0')}`,
      family: draft.family,
      status: faults.length === 0 ? 'in_progress' : 'ended',
      ...(faults.length > 0 && { end: 'failed', endedAt: this.now }),
      counts: { processing: requests.length, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
      usage: { inputTokens: 0, cachedTokens: 0, outputTokens: 0, thinkingTokens: 0 },
      createdAt: this.now,
      inProgressAt: this.now,
      expiresAt: this.now + (draft.windowMs ?? 24 * hour),
      goneAt: this.now + 29 * 24 * hour,
      faults,
      metadata: draft.metadata,
      details: draft.details,
    };
    this.kept.unshift({ caller, client, batch, requests, results: [] });
    return batch;
  }

  get(caller: Caller, family: BatchFamily, id: string): Promise<Batch> {
    return Promise.resolve().then(() => this.#find(caller, family, id).batch);
  }

  list(caller: Caller, family: BatchFamily, { limit, after, before }: BatchQuery) {
    return Promise.resolve().then(() => {
      const all = this.kept.filter((one) => one.caller === caller && one.batch.family === family);
      const data = all.map(({ batch }) => batch);
      if (before !== undefined) {
        const end = data.indexOf(this.#find(caller, family, before).batch);
        return { data: data.slice(Math.max(0, end - limit), end), hasMore: end > limit };
      }
      const start = after === undefined ? 0 : data.indexOf(this.#find(caller, family, after).batch) + 1;
      return { data: data.slice(start, start + limit), hasMore: start + limit < data.length };
    });
  }

  cancel(caller: Caller, family: BatchFamily, id: string): Promise<Batch> {
    return Promise.resolve().then(() => {
      const kept = this.#find(caller, family, id);
      if (kept.batch.status !== 'ended') {
        kept.batch = { ...kept.batch, status: 'canceling', cancelInitiatedAt: this.now };
      }
      return kept.batch;
    });
  }

  delete(caller: Caller, family: BatchFamily, id: string): Promise<void> {
    return Promise.resolve().then(() => {
      const kept = this.#find(caller, family, id);
      if (kept.batch.status !== 'ended') throw new HarnessError('BATCH_CONFLICT', 'The batch has not ended.');
      this.kept.splice(this.kept.indexOf(kept), 1);
    });
  }

  async *results(caller: Caller, family: BatchFamily, id: string): AsyncGenerator<BatchResult, void, undefined> {
    await Promise.resolve();
    yield* this.#find(caller, family, id).results;
  }

  /** Ends a batch whose requests end as `outcomes` says, the others as the last of them. */
  async end(id: string, ...outcomes: BatchResult['outcome'][]): Promise<Batch> {
    const kept = this.kept.find(({ batch }) => batch.id === id);
    if (kept === undefined) throw new Error(`there is no batch ${id}`);
    kept.results = kept.requests.map(({ customId }, place) => resultOf(customId, outcomes[place] ?? outcomes.at(-1)));
    const counts = { processing: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0 };
    for (const { outcome } of kept.results) counts[outcome] += 1;
    kept.batch = { ...kept.batch, counts, finalizingAt: this.now };
    const details = await this.finish(kept.caller, kept.batch, () => this.results(kept.caller, kept.batch.family, id));
    const end = counts.canceled > 0 ? 'canceled' : counts.expired > 0 ? 'expired' : 'completed';
    kept.batch = {
      ...kept.batch,
      status: 'ended',
      end,
      endedAt: this.now + 1000,
      details: { ...kept.batch.details, ...details },
    };
    return kept.batch;
  }

  #find(caller: Caller, family: BatchFamily, id: string): Kept {
    const kept = this.kept.find((one) => one.caller === caller && one.batch.family === family && one.batch.id === id);
    if (kept === undefined) throw new HarnessError('BATCH_NOT_FOUND', 'There is no batch with this id.');
    return kept;
  }
}

function resultOf(customId: string, outcome: BatchResult['outcome'] = 'succeeded'): BatchResult {
  const requestId = `req_${customId}`;
  switch (outcome) {
    case 'succeeded':
      return { customId, outcome, response: { status: 200, requestId, body: { type: 'message', answers: customId } } };
    case 'errored': {
      const error = { type: 'not_found_error', message: 'There is no such model.' };
      const body = { type: 'error', error, request_id: requestId };
      return { customId, outcome, response: { status: 404, requestId, body } };
    }
    case 'canceled':
    case 'expired':
      return { customId, outcome };
  }
}
