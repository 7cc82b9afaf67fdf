import type { BatchContext } from './batch-context.ts';
import { leftOf, type BatchRow } from './batch-row.ts';

/** Gives up some of the requests that wait where their batch is canceled, or its time is over. */
export function giveUpSome({ requests, serviceId, now }: BatchContext, batch: BatchRow): 'more' | 'none' {
  const state = batch.status === 'canceling' ? 'canceled' : batch.expires_at <= now() ? 'expired' : undefined;
  if (state === undefined || leftOf(batch) === 0) return 'none';
  return requests.giveUp(batch.seq, serviceId, state) > 0 ? 'more' : 'none';
}
