import type { BatchesState, BatchTotals } from '../../core/batches-state.ts';
import type { BatchRunner } from './batch-runner.ts';
import type { BatchTable } from './batch-table.ts';

const hourMs = 60 * 60_000;

/** Rejects with a HarnessError (INTERNAL) when the state can't be used. */
export async function describeState(
  runner: Pick<BatchRunner, 'running' | 'hold' | 'pace'>,
  batches: Pick<BatchTable, 'totals'>,
  now: number,
): Promise<BatchesState> {
  const totals: BatchTotals = await batches.totals(now);
  const { hold, running } = runner;
  const { perHour } = runner.pace;
  const isHeld = hold !== undefined && totals.left > 0;
  // What waits goes on at the pace of before.
  const from = isHeld ? Math.max(now, hold.until ?? now) : now;
  return {
    totals,
    running,
    ...(isHeld && { hold }),
    ...(perHour !== undefined && { perHour }),
    ...(perHour !== undefined && totals.left > 0 && { endsAt: from + (totals.left / perHour) * hourMs }),
  };
}
