import { ValueType, type Attributes, type HrTime } from '@opentelemetry/api';
import { millisToHrTime, type InstrumentationScope } from '@opentelemetry/core';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  type CollectionResult,
  type DataPoint,
  type Histogram,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { Metric, MetricFigures } from '../metrics/metrics.ts';
import { attributeName, metricName } from './names.ts';

export interface MetricProducerOptions {
  metrics: MetricFigures;
  scope: InstrumentationScope;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** What `/metrics` shows, for OpenTelemetry: each figure is counted once, whoever reads it. */
export function createMetricProducer({ metrics, scope, now }: MetricProducerOptions): MetricProducer {
  const startTime = millisToHrTime(now());
  return {
    async collect(): Promise<CollectionResult> {
      const times = { startTime, endTime: millisToHrTime(now()) };
      const data = (await metrics.figures()).map((metric) => toMetricData(metric, times));
      return {
        resourceMetrics: { resource: emptyResource(), scopeMetrics: [{ scope, metrics: data }] },
        errors: [],
      };
    },
  };
}

interface Times {
  startTime: HrTime;
  endTime: HrTime;
}

type Sample = Metric['values'][number];

function toMetricData(metric: Metric, times: Times): MetricData {
  const { name, unit } = metricName(metric.name);
  const common = {
    descriptor: { name, unit, description: metric.help, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  const values = metric.values.map(({ labels, value }) => ({ ...times, attributes: toAttributes(labels), value }));
  switch (metric.type) {
    case 'histogram':
      return { ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints: toHistograms(metric, times) };
    case 'counter':
      return { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints: values };
    case 'gauge':
      return { ...common, dataPointType: DataPointType.GAUGE, dataPoints: values };
  }
}

/** Prometheus has a sample for each bucket, the sum and the count, and counts in a bucket what is in those below it. */
function toHistograms({ name, values }: Metric, times: Times): DataPoint<Histogram>[] {
  const series = new Map<string, Sample[]>();
  for (const sample of values) {
    const key = JSON.stringify(toAttributes(sample.labels));
    series.set(key, [...(series.get(key) ?? []), sample]);
  }
  return [...series].map(([attributes, samples]) => {
    const valueOf = (suffix: string) => samples.find(({ metricName }) => metricName === `${name}${suffix}`)?.value ?? 0;
    const buckets = samples.filter(({ metricName }) => metricName === `${name}_bucket`);
    return {
      ...times,
      attributes: JSON.parse(attributes) as Attributes,
      value: {
        buckets: {
          boundaries: buckets.map(({ labels }) => Number(labels['le'])).filter(Number.isFinite),
          counts: buckets.map(({ value }, index) => value - (buckets[index - 1]?.value ?? 0)),
        },
        sum: valueOf('_sum'),
        count: valueOf('_count'),
      },
    };
  });
}

function toAttributes(labels: Sample['labels']): Attributes {
  return Object.fromEntries(
    Object.entries(labels)
      .filter(([label]) => label !== 'le')
      .map(([label, value]) => [attributeName(label), String(value)]),
  );
}
