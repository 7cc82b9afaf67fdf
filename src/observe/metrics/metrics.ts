import { Registry, type MetricValueWithName } from 'prom-client';
import type { BatchTotals } from '../../core/batches-state.ts';
import type { BudgetUse } from '../../core/budgets.ts';
import type { JournalSink } from '../../core/journal.ts';
import type { PlanWindows } from '../../core/plan-windows.ts';
import type { PoolFigures } from '../../core/pool-figures.ts';
import { batchMetrics } from './batch-metrics.ts';
import { genAiMetrics } from './gen-ai-metrics.ts';
import { Instruments } from './instruments.ts';
import { budgetMetrics, windowMetrics } from './plan-metrics.ts';
import { requestMetrics, type RequestLabels } from './request-metrics.ts';
import { loadMetrics, poolMetrics, type Load } from './service-metrics.ts';
import { clientMetrics, modelMetrics, timeMetrics, type UsageOptions } from './turn-metrics.ts';

export interface Metric {
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram';
  values: readonly MetricValueWithName<string>[];
}

/** The figures of the moment, for whoever has another form for them than Prometheus. */
export interface MetricFigures {
  figures(): Promise<Metric[]>;
}

/** Figures for Prometheus. Every label has few values, whatever clients send. */
export interface Metrics extends MetricFigures {
  readonly contentType: string;
  render(): Promise<string>;
  /** A finished request that was not for an answer, which the journal does not have. */
  countRequest(labels: RequestLabels): void;
  countFallback(reason: string): void;
  /** Takes in every finished request for an answer. */
  readonly sink: JournalSink;
}

export interface MetricsOptions extends UsageOptions {
  load: () => Load;
  pool: () => PoolFigures;
  /** Absent where nothing is known of the plan. */
  planWindows?: PlanWindows;
  /** Whether they are of several logins. */
  hasLogins?: boolean;
  /** Absent where clients have none. */
  budgets?: () => readonly BudgetUse[];
  /** Throws a HarnessError when that can't be known. */
  batches?: () => Promise<BatchTotals>;
}

/**
 * Without the figures of the process itself: their measuring wakes it a hundred times a second, and the service manager
 * has them.
 */
export function createMetrics(options: MetricsOptions): Metrics {
  const { load, pool, planWindows, hasLogins = false, budgets, batches } = options;
  const registry = new Registry();
  const instruments = new Instruments(registry);
  const { sink: countAnswer, countRequest, countFallback } = requestMetrics(instruments);
  const sinks = [
    countAnswer,
    timeMetrics(instruments),
    modelMetrics(instruments, options),
    clientMetrics(instruments, options),
    genAiMetrics(registry),
  ];
  loadMetrics(instruments, load);
  poolMetrics(instruments, pool);
  if (planWindows !== undefined) windowMetrics(instruments, planWindows, hasLogins);
  if (budgets !== undefined) budgetMetrics(instruments, budgets);
  if (batches !== undefined) batchMetrics(instruments, batches);

  return {
    contentType: registry.contentType,
    render: () => registry.metrics(),
    // Its own types are those of no metric in particular.
    figures: async () => (await registry.getMetricsAsJSON()) as unknown as Metric[],
    countRequest,
    countFallback,
    sink: (entry) => {
      for (const sink of sinks) sink(entry);
    },
  };
}
