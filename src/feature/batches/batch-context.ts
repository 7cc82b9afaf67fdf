import type { Batch, BatchResult } from '../../core/batches.ts';
import type { HarnessError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { Caller } from '../../core/sessions.ts';
import type { BatchTable } from './batch-table.ts';
import type { Pacing } from './pacing.ts';
import type { Answer, RequestTable } from './request-table.ts';
import type { ServiceLeases } from './service-leases.ts';

/** A request of a batch, to be answered without a connection. */
export interface BatchQuestion {
  path: string;
  /** JSON. */
  body: string;
  caller: Caller;
  client: string | undefined;
  batch: string;
  headers: Readonly<Record<string, string>>;
  priority: 'idle';
}

/** What the client would have got over HTTP, and why it is no answer if it is none. */
export interface BatchAnswer extends Pick<Answer, 'status' | 'requestId' | 'usage'> {
  body: object;
  error?: HarnessError;
}

/** Called when all of a batch has been answered or given up; what it gives is added to the batch's details. */
export type FinishBatch = (
  caller: Caller,
  batch: Batch,
  results: () => AsyncIterable<BatchResult>,
) => Promise<Readonly<Record<string, string>>>;

/** What the parts of the engine share. */
export interface BatchContext {
  batches: BatchTable;
  requests: RequestTable;
  leases: ServiceLeases;
  pacing: Pacing;
  answer: (question: BatchQuestion, signal: AbortSignal) => Promise<BatchAnswer>;
  finish: FinishBatch;
  /** Of this start of the service, and of no other. */
  serviceId: string;
  /** Whether the service of such an id is surely gone, so that nobody has to wait for the end of its lease. */
  isGone: (serviceId: string) => boolean;
  /** How long after the end of a service that could not say so what it had in hand is taken over. */
  leaseMs: number;
  /** Before what failed at an end, or in the state, is tried again; each further wait is twice as long. */
  retryMs: number;
  log: Logger;
  /** Milliseconds since the epoch. */
  now: () => number;
}
