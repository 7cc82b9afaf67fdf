import type { BudgetUse } from '../../src/core/budgets.ts';
import type { PlanWindow } from '../../src/core/plan-windows.ts';
import { processEnds, type PoolFigures } from '../../src/core/pool-figures.ts';
import { createMetrics, type Metrics, type MetricsOptions } from '../../src/observe/metrics/metrics.ts';

const windows: readonly PlanWindow[] = [
  {
    type: 'five_hour',
    status: 'allowed_warning',
    utilization: 0.85,
    resetsAt: Date.UTC(2026, 10, 29, 15),
    observedAt: Date.UTC(2026, 10, 29, 12),
  },
  { type: 'seven_day_opus', status: 'rejected', observedAt: Date.UTC(2026, 10, 29, 12) },
];

const budgets: readonly BudgetUse[] = [
  { client: 'laptop', window: 'day', unit: 'tokens', limit: 1000, used: 250, resetsAt: Date.UTC(2026, 10, 30) },
];

const pool: PoolFigures = {
  processes: { starting: 0, idle: 3, busy: 1, emptying: 0, draining: 0 },
  starts: 9,
  failedStarts: 1,
  uses: 40,
  ends: { ...(Object.fromEntries(processEnds.map((end) => [end, 0])) as PoolFigures['ends']), max_turns: 4 },
};

/** Metrics of a service of which everything is known, each token of which costs a cent. */
export function testMetrics(changes: Partial<MetricsOptions> = {}): Metrics {
  return createMetrics({
    load: () => ({ isReady: true, activeTurns: 1, queuedTurns: 2, warmProcesses: 3 }),
    pool: () => pool,
    costOf: ({ tokensIn = 0, tokensOut = 0 }) => (tokensIn + tokensOut) / 100,
    planWindows: { current: () => windows },
    budgets: () => budgets,
    batches: () => Promise.resolve({ batches: 1, left: 40, succeeded: 60, errored: 3, canceled: 2, expired: 1 }),
    ...changes,
  });
}
