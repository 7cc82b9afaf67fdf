import type { BatchesState } from '../../core/batches-state.ts';
import type { Caller } from '../../core/sessions.ts';
import type { Logger } from '../../core/logger.ts';
import type { SharedState } from '../../state/shared-state.ts';
import { Sweep } from '../../state/sweep.ts';
import type { BatchContext, FinishBatch } from './batch-context.ts';
import { BatchRunner } from './batch-runner.ts';
import { BatchTable } from './batch-table.ts';
import type { BatchLimits } from './create-batch.ts';
import { describeState } from './describe-state.ts';
import { createBatchNotices } from './batch-notices.ts';
import { Pacing, type PacingOptions } from './pacing.ts';
import { RequestTable } from './request-table.ts';
import { ServiceLeases } from './service-leases.ts';
import { StoredBatches, type StoredBatchesOptions } from './stored-batches.ts';

export interface CreateBatchesOptions {
  state: SharedState;
  log: Logger;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** 32 hex digits. */
  newId: () => string;
  answer: BatchContext['answer'];
  /** By default nothing is added to a batch at its end. */
  finish?: FinishBatch;
  pacing: Omit<PacingOptions, 'now'>;
  concurrency: number;
  limits: BatchLimits;
  keepMs: number;
  webhook: StoredBatchesOptions['webhook'] & { secret?: string };
  accepts: (caller: Caller) => boolean;
  serviceId: string;
  isGone: (serviceId: string) => boolean;
  leaseMs?: number;
  retryMs?: number;
}

/** Batches, and what runs them from `start` on. */
export interface BatchEngine {
  batches: StoredBatches;
  runner: BatchRunner;
  /** Rejects with a HarnessError (INTERNAL) when the state can't be used. */
  state(): Promise<BatchesState>;
  start(): void;
  /** Gives back what is being answered. */
  stop(): Promise<void>;
}

/** The engine of batches: made and connected here. */
export function createBatches(options: CreateBatchesOptions): BatchEngine {
  const { state, log, now, newId, answer, finish = () => Promise.resolve({}) } = options;
  const { serviceId, isGone, leaseMs = 10_000, retryMs = 2000, webhook } = options;
  const batches = new BatchTable(state);
  const requests = new RequestTable(state);
  const leases = new ServiceLeases(state);
  const sweep = new Sweep(() => requests.prune(now()), log);
  const { secret, ...ownWebhook } = webhook;
  const notices = createBatchNotices({ batches, log, now, ...(secret !== undefined && { secret }) });
  const onGone = (): void => {
    sweep.start();
  };
  const onEnded = (): void => {
    notices.wake();
  };
  const pacing = new Pacing({ ...options.pacing, now });
  const runner = new BatchRunner({
    ...{ batches, requests, leases, pacing, answer, finish, serviceId, isGone, leaseMs, retryMs, log, now },
    ...{ concurrency: options.concurrency, accepts: options.accepts, onEnded, onDiscarded: onGone },
    isCreating: (id) => stored.isCreating(id),
  });
  const stored = new StoredBatches({
    ...{ batches, requests, leases, limits: options.limits, keepMs: options.keepMs, webhook: ownWebhook },
    ...{ serviceId, leaseMs, now, newId, onGone, onEnded },
    onChange: () => {
      runner.wake();
    },
  });
  return {
    batches: stored,
    runner,
    state: () => describeState(runner, batches, now()),
    start() {
      sweep.start();
      runner.start();
      notices.wake();
    },
    async stop() {
      await runner.stop();
      await notices.stop();
      sweep.stop();
    },
  };
}
