import { onTestFinished } from 'vitest';
import type { Batch, BatchDraft, BatchRequest, BatchResult } from '../../../src/core/batches.ts';
import { HarnessError } from '../../../src/core/errors.ts';
import type { PlanWindow } from '../../../src/core/plan-windows.ts';
import type { BatchAnswer, BatchQuestion } from '../../../src/feature/batches/batch-context.ts';
import { createBatches, type CreateBatchesOptions } from '../../../src/feature/batches/create-batches.ts';
import { createDeferred } from '../../../src/util/deferred.ts';
import { newId } from '../../../src/util/new-id.ts';
import type { SharedState } from '../../../src/state/shared-state.ts';
import { openSqlite, type OpenShared } from '../../state/open-shared.ts';

export type Answering = (question: BatchQuestion, signal: AbortSignal) => Promise<BatchAnswer>;

interface Changes extends Partial<Omit<CreateBatchesOptions, 'pacing' | 'state'>> {
  pacing?: Partial<CreateBatchesOptions['pacing']>;
  /** Another engine's. */
  shared?: OpenShared;
  /** As this engine sees it. */
  state?: SharedState;
}

export const usage = { inputTokens: 10, cachedTokens: 4, outputTokens: 3, thinkingTokens: 1 };

export function answered(body: object = { ok: true }): BatchAnswer {
  return { status: 200, requestId: 'req_1', body, usage };
}

export function failed(code: HarnessError['code'], facts: HarnessError['facts'] = {}): BatchAnswer {
  const error = new HarnessError(code, 'It failed.', facts);
  const none = { inputTokens: 0, cachedTokens: 0, outputTokens: 0, thinkingTokens: 0 };
  return { status: 500, requestId: 'req_1', body: { error: code }, usage: none, error };
}

/** What `RunTurn`s do when their signal aborts. */
export function untilAborted(signal: AbortSignal): Promise<BatchAnswer> {
  return new Promise((resolve) => {
    const end = (): void => {
      resolve({ ...failed('DRAINING'), error: signal.reason as HarnessError });
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
  });
}

/** Gives engines over state of that kind, their own or another engine's, that are stopped when the test ends. */
export function batchesOn(open: () => Promise<OpenShared>) {
  return async (answer?: Answering, changes: Changes = {}) => openEngine(await shareOf(open, changes), answer, changes);
}

export const openBatches = batchesOn(openSqlite);

async function shareOf(open: () => Promise<OpenShared>, { shared }: Changes): Promise<OpenShared> {
  return shared === undefined ? await open() : { ...shared, state: shared.again() };
}

function openEngine(
  shared: OpenShared,
  answer: Answering = () => Promise.resolve(answered()),
  { pacing, shared: _shared, ...others }: Changes,
) {
  const windows: PlanWindow[] = [];
  const engine = createBatches({
    ...{ state: shared.state, log: shared.log, now: Date.now, newId, answer },
    ...{ concurrency: 2, limits: { maxRequests: 1000, maxSize: 1024 * 1024 }, keepMs: 60_000 },
    ...{ webhook: { allowsOwn: false }, accepts: () => true, serviceId: 'service 1', isGone: () => false },
    ...{ leaseMs: 1000, retryMs: 20 },
    pacing: {
      ...{ plan: { current: () => windows }, pauseAbove: 0.8, defaultModel: () => 'sonnet' },
      ...{ usesPlan: () => true, fullName: (model: string) => model, readiness: () => ({ ready: true as const }) },
      admit: () => undefined,
      ...pacing,
    },
    ...others,
  });
  let isStopped = false;
  const stop = async (): Promise<void> => {
    if (!isStopped) await engine.stop();
    isStopped = true;
  };
  onTestFinished(stop);
  const { batches } = engine;
  const get = (id: string, caller?: string): Promise<Batch> => batches.get(caller, 'anthropic', id);
  return {
    ...{ ...engine, engine, shared, windows, get, stop },
    create: (requests: readonly BatchRequest[], draft: Partial<BatchDraft> = {}, caller?: string) =>
      batches.create(caller, caller, { ...newDraft, ...draft }, inTurn(requests)),
    results: async (id: string, caller?: string): Promise<BatchResult[]> => {
      const all: BatchResult[] = [];
      for await (const result of batches.results(caller, 'anthropic', id)) all.push(result);
      return all;
    },
  };
}

export const newDraft: BatchDraft = { family: 'anthropic', idPrefix: 'msgbatch_', metadata: {}, details: {} };

export async function* inTurn<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) {
    await Promise.resolve();
    yield item;
  }
}

/** Two requests, the second of which comes when it is let go. */
export function heldRequests(): { requests: AsyncGenerator<BatchRequest>; go: () => void } {
  const letGo = createDeferred<undefined>();
  async function* come() {
    yield request('a');
    await letGo.promise;
    yield request('b');
  }
  return {
    requests: come(),
    go: () => {
      letGo.resolve(undefined);
    },
  };
}

export function request(customId: string, body: object = { model: 'haiku', messages: [] }): BatchRequest {
  return { customId, path: '/v1/messages', body: JSON.stringify(body) };
}

export function requests(count: number, body?: object): BatchRequest[] {
  return Array.from({ length: count }, (_, n) => request(`r${n}`, body));
}
