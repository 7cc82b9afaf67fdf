import { untilKept } from '../../util/until-kept.ts';
import type { BatchAnswer, BatchContext } from './batch-context.ts';
import { callerOf, detailsOf, type BatchRow } from './batch-row.ts';
import { failureKind } from './failure-kind.ts';
import type { TakenRequest } from './request-table.ts';

/** How often a request is tried whose failures may be its own. */
const maxTries = 5;
const firstWaitMs = 2000;
const longestWaitMs = 5 * 60_000;

/**
 * Answers a request of a batch, and keeps what came of it: its result, or that it waits again. Never rejects. When `signal`
 * aborts, the request waits again as if it had not begun.
 */
export async function runRequest(
  context: BatchContext,
  batch: BatchRow,
  request: TakenRequest,
  signal: AbortSignal,
): Promise<void> {
  const answer = await ask(context, batch, request, signal);
  const { retryMs, log } = context;
  const onFailure = (error: unknown): void => {
    log.warn('what has become of a request of a batch could not be kept; it is tried again', {
      batch: batch.id,
      error,
    });
  };
  await untilKept(outcomeOf(context, batch, request, answer, signal.aborted), { signal, retryMs, onFailure });
}

async function ask(
  { answer, log }: BatchContext,
  batch: BatchRow,
  { path, body, customId }: TakenRequest,
  signal: AbortSignal,
): Promise<BatchAnswer | undefined> {
  const { 'anthropic-beta': betas } = detailsOf(batch);
  const question = {
    ...{ path, body, caller: callerOf(batch), client: batch.client ?? undefined, batch: batch.id },
    headers: { ...(betas !== undefined && { 'anthropic-beta': betas }) },
    priority: 'idle' as const,
  };
  try {
    return await answer(question, signal);
  } catch (error) {
    log.error('a request of a batch could not be asked', { batch: batch.id, custom_id: customId, error });
    return undefined;
  }
}

/** What is to be kept of an answer, and what it says of those to come. */
function outcomeOf(
  { requests, pacing, serviceId: by, now }: BatchContext,
  batch: BatchRow,
  request: TakenRequest,
  answer: BatchAnswer | undefined,
  isAborted: boolean,
): () => Promise<void> {
  const error = answer === undefined ? undefined : answer.error;
  const failure = error === undefined ? undefined : failureKind(error.code);
  const asBefore = { notBefore: 0, failures: request.failures };
  if (isAborted && failure !== undefined) return () => requests.putBack(by, request, asBefore);
  if (answer === undefined || (failure === 'doubtful' && request.failures + 1 < maxTries)) {
    const failures = request.failures + 1;
    const waitMs = Math.min(firstWaitMs * 4 ** request.failures, longestWaitMs);
    const notBefore = now() + waitMs;
    return () => requests.putBack(by, request, { notBefore, failures });
  }
  if (failure === 'passing' && error !== undefined) {
    pacing.failed(request.model, error);
    return () => requests.putBack(by, request, asBefore);
  }
  pacing.worked();
  const { status, requestId, body, usage } = answer;
  const outcome = error === undefined ? 'succeeded' : 'errored';
  const settled = { outcome, status, requestId, usage, body: JSON.stringify(body) } as const;
  return () => requests.settle(batch.seq, by, request, settled);
}
