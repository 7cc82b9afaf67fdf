import type { BatchesState } from '../../core/batches-state.ts';
import type { Caller } from '../../core/sessions.ts';
import type { Logger } from '../../core/logger.ts';
import type { StateFile } from '../../state/state-file.ts';
import { Sweep } from '../../state/sweep.ts';
import type { BatchContext, FinishBatch } from './batch-context.ts';
import { BatchRunner } from './batch-runner.ts';
import { BatchTable } from './batch-table.ts';
import type { BatchLimits } from './create-batch.ts';
import { describeState } from './describe-state.ts';
import { createBatchNotices } from './batch-notices.ts';
import { Pacing, type PacingOptions } from './pacing.ts';
import { RequestTable } from './request-table.ts';
import { StoredBatches, type StoredBatchesOptions } from './stored-batches.ts';

export interface CreateBatchesOptions {
  stateFile: StateFile;
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
  claimMs?: number;
  retryMs?: number;
}

/** Batches, and what runs them from `start` on. */
export interface BatchEngine {
  batches: StoredBatches;
  runner: BatchRunner;
  /** Throws a HarnessError (INTERNAL) when the state file can't be used. */
  state(): BatchesState;
  start(): void;
  /** Gives back what is being answered. */
  stop(): Promise<void>;
}

/** The engine of batches: made and connected here. */
export function createBatches(options: CreateBatchesOptions): BatchEngine {
  const { stateFile, log, now, newId, answer, finish = () => Promise.resolve({}) } = options;
  const { serviceId, isGone, claimMs = 10_000, retryMs = 2000, webhook } = options;
  const batches = new BatchTable(stateFile);
  const requests = new RequestTable(stateFile);
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
    ...{ batches, requests, pacing, answer, finish, serviceId, isGone, claimMs, retryMs, log, now },
    ...{ concurrency: options.concurrency, accepts: options.accepts, onEnded, onDiscarded: onGone },
    isCreating: (seq) => stored.isCreating(seq),
  });
  const stored = new StoredBatches({
    ...{ batches, requests, limits: options.limits, keepMs: options.keepMs, webhook: ownWebhook },
    ...{ serviceId, claimMs, now, newId, onGone, onEnded },
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
