import type { BatchContext } from './batch-context.ts';
import { leftOf, type BatchRow } from './batch-row.ts';

/** Gives up some of the requests that wait where their batch is canceled, or its time is over. */
export async function giveUpSome({ requests, now }: BatchContext, batch: BatchRow): Promise<'more' | 'none'> {
  const state = batch.status === 'canceling' ? 'canceled' : batch.expires_at <= now() ? 'expired' : undefined;
  if (state === undefined || leftOf(batch) === 0) return 'none';
  return (await requests.giveUp(batch.seq, state)) > 0 ? 'more' : 'none';
}
