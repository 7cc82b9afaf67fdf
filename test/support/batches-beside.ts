import type { Batch, BatchRequest, BatchResult } from '../../src/core/batches.ts';
import { BatchTable } from '../../src/feature/batches/batch-table.ts';
import { RequestTable } from '../../src/feature/batches/request-table.ts';
import { ServiceLeases } from '../../src/feature/batches/service-leases.ts';
import { StoredBatches } from '../../src/feature/batches/stored-batches.ts';
import { PostgresState } from '../../src/state/postgres/postgres-state.ts';
import type { SharedState } from '../../src/state/shared-state.ts';
import { SqliteState } from '../../src/state/sqlite-state.ts';
import { StateFile } from '../../src/state/state-file.ts';
import { newId } from '../../src/util/new-id.ts';
import { memoryLog } from './memory-log.ts';

/** What a client does to batches, on the state of a service, whether that runs or not. */
export interface BatchesBeside {
  create(requests: AsyncIterable<BatchRequest>): Promise<Batch>;
  get(id: string): Promise<Batch>;
  cancel(id: string): Promise<Batch>;
  results(id: string): Promise<BatchResult[]>;
  close: () => Promise<void>;
}

export function batchesOfFile(path: string): BatchesBeside {
  const file = new StateFile({ path, log: memoryLog(), now: Date.now });
  return batchesBeside(new SqliteState(file), () => {
    file.close();
    return Promise.resolve();
  });
}

export function batchesOfDatabase(url: string): BatchesBeside {
  const state = new PostgresState({ url, log: memoryLog(), now: Date.now });
  return batchesBeside(state, () => state.close());
}

function batchesBeside(state: SharedState, close: () => Promise<void>): BatchesBeside {
  const none = (): void => undefined;
  const stored = new StoredBatches({
    ...{ batches: new BatchTable(state), requests: new RequestTable(state), leases: new ServiceLeases(state) },
    ...{ keepMs: 86_400_000, now: Date.now, newId },
    ...{ limits: { maxRequests: 1_000_000, maxSize: 2 ** 30 }, webhook: { allowsOwn: false } },
    ...{ serviceId: 'beside', leaseMs: 500, onChange: none, onGone: none, onEnded: none },
  });
  const draft = { family: 'anthropic', idPrefix: 'msgbatch_', metadata: {}, details: {} } as const;
  return {
    create: (requests) => stored.create(undefined, undefined, draft, requests),
    get: (id) => stored.get(undefined, 'anthropic', id),
    cancel: (id) => stored.cancel(undefined, 'anthropic', id),
    async results(id) {
      const list: BatchResult[] = [];
      for await (const result of stored.results(undefined, 'anthropic', id)) list.push(result);
      return list;
    },
    close,
  };
}
