import type { BatchTotals } from '../../core/batches-state.ts';
import { HarnessError } from '../../core/errors.ts';
import type { Instruments } from './instruments.ts';

const states = ['left', 'succeeded', 'errored', 'canceled', 'expired'] as const;

/** How the requests of batches stand. The other figures are told also where the state can't be used. */
export function batchMetrics(instruments: Instruments, totals: () => Promise<BatchTotals>): void {
  instruments.gauge(
    {
      name: 'batch_requests',
      help: 'Requests of the batches that are kept, by state; `left` are yet to be answered.',
      labels: ['state'],
    },
    async () => {
      try {
        const counts = await totals();
        return states.map((state) => ({ labels: { state }, value: counts[state] }));
      } catch (error) {
        if (error instanceof HarnessError) return [];
        throw error;
      }
    },
  );
}
