import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { AlwaysOnSampler, BatchSpanProcessor, ParentBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import type { JournalSink } from '../../core/journal.ts';
import type { Logger } from '../../core/logger.ts';
import type { MetricFigures } from '../metrics/metrics.ts';
import { createMetricProducer } from './metric-producer.ts';
import { Outage } from './outage.ts';
import { recordTurn } from './turn-span.ts';

export interface PipelineOptions {
  /** The collector's base URL, without `/v1/traces`. */
  endpoint: string;
  headers: Readonly<Record<string, string>>;
  /** Of the harness. */
  version: string;
  metrics: MetricFigures;
  log: Logger;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** What takes requests in and sends them; loaded only where telemetry is wanted, since the SDK is large. */
export interface Pipeline {
  sink: JournalSink;
  /** Sends what waits; settles within twice `sendTimeoutMs`, whatever the collector does. Never rejects. */
  shutdown(): Promise<void>;
}

/** How long one export may take with its retries, which also bounds how long the end of the service waits for the last. */
const sendTimeoutMs = 3000;
const metricsEveryMs = 60_000;

export function createPipeline({ endpoint, headers, version, metrics, log, now }: PipelineOptions): Pipeline {
  const scope = { name: 'claude-harness', version };
  const resource = resourceFromAttributes({ 'service.name': scope.name, 'service.version': version });
  const outage = new Outage(log);
  const base = endpoint.replace(/\/+$/, '');
  const target = (signal: 'traces' | 'metrics') => ({
    url: `${base}/v1/${signal}`,
    headers: { ...headers },
    timeoutMillis: sendTimeoutMs,
  });

  const traces = new TracerProvider({
    resource,
    // A caller that does not record its trace wants none of the turn's either.
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: outage.watch(new OTLPTraceExporter(target('traces'))),
        exportTimeoutMillis: sendTimeoutMs,
      }),
    ],
  });
  const meters = new MeterProvider({
    resource,
    readers: [
      new PeriodicExportingMetricReader({
        exporter: outage.watch(new OTLPMetricExporter(target('metrics'))),
        exportIntervalMillis: metricsEveryMs,
        exportTimeoutMillis: sendTimeoutMs,
        metricProducers: [createMetricProducer({ metrics, scope, now })],
      }),
    ],
  });
  const tracer = traces.getTracer(scope.name, version);

  return {
    sink: (entry) => {
      recordTurn(tracer, entry);
    },
    async shutdown() {
      await Promise.allSettled([traces.shutdown(), meters.shutdown()]);
    },
  };
}
