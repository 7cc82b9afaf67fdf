import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Cleanup } from './cleanup.ts';

type Value = string | number | boolean | Value[];

export interface CollectedSpan {
  name: string;
  traceId: string;
  parentSpanId?: string;
  traceState?: string;
  /** `3` is CLIENT. */
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  events: { name: string; timeUnixNano: string }[];
  status: { code?: number; message?: string };
  attributes: Record<string, Value>;
}

export interface CollectedMetric {
  name: string;
  unit: string;
  points: { attributes: Record<string, Value>; [field: string]: unknown }[];
}

export interface Collector {
  url: string;
  /** What was sent, as it came. */
  bodies: string[];
  headers: IncomingHttpHeaders[];
  resource: Record<string, Value>;
  spans: CollectedSpan[];
  /** The newest of each name. */
  metrics: Map<string, CollectedMetric>;
  /** Answers nothing from now on. */
  hang: () => void;
}

type Collected = Omit<Collector, 'url' | 'hang'>;

/** Receives OTLP over HTTP, in JSON: https://opentelemetry.io/docs/specs/otlp/#otlphttp. */
export async function startCollector(cleanup: Cleanup): Promise<Collector> {
  const collected: Collected = { bodies: [], headers: [], resource: {}, spans: [], metrics: new Map() };
  let isHanging = false;
  const server = createServer((req, res) => {
    if (isHanging) return;
    void text(req).then((body) => {
      collected.bodies.push(body);
      collected.headers.push(req.headers);
      take(collected, req.url, JSON.parse(body) as Sent);
      res.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanup.defer(() => {
    server.close();
    server.closeAllConnections();
  });
  return Object.assign(collected, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hang: () => {
      isHanging = true;
    },
  });
}

interface Sent {
  resourceSpans?: { resource: { attributes: Attribute[] }; scopeSpans: { spans: SentSpan[] }[] }[];
  resourceMetrics?: { scopeMetrics: { metrics: SentMetric[] }[] }[];
}

type SentSpan = Omit<CollectedSpan, 'attributes'> & { attributes: Attribute[] };

interface SentMetric {
  name: string;
  unit: string;
  sum?: Points;
  gauge?: Points;
  histogram?: Points;
}

interface Points {
  dataPoints: { attributes: Attribute[]; [field: string]: unknown }[];
}

interface Attribute {
  key: string;
  value: AnyValue;
}

interface AnyValue {
  stringValue?: string;
  intValue?: number | string;
  doubleValue?: number;
  boolValue?: boolean;
  arrayValue?: { values: AnyValue[] };
}

function take(collected: Collected, path: string | undefined, sent: Sent): void {
  if (path === '/v1/traces') {
    for (const { resource, scopeSpans } of sent.resourceSpans ?? []) {
      collected.resource = toRecord(resource.attributes);
      const spans = scopeSpans.flatMap((scope) => scope.spans);
      collected.spans.push(...spans.map((span) => ({ ...span, attributes: toRecord(span.attributes) })));
    }
  } else if (path === '/v1/metrics') {
    const metrics = (sent.resourceMetrics ?? []).flatMap((each) => each.scopeMetrics.flatMap((scope) => scope.metrics));
    for (const { name, unit, ...data } of metrics) {
      const { dataPoints } = data.sum ?? data.gauge ?? data.histogram ?? { dataPoints: [] };
      const points = dataPoints.map((point) => ({ ...point, attributes: toRecord(point.attributes) }));
      collected.metrics.set(name, { name, unit, points });
    }
  }
}

function toRecord(attributes: readonly Attribute[]): Record<string, Value> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, toValue(value)]));
}

function toValue({ stringValue, intValue, doubleValue, boolValue, arrayValue }: AnyValue): Value {
  if (arrayValue !== undefined) return arrayValue.values.map(toValue);
  return stringValue ?? doubleValue ?? boolValue ?? Number(intValue);
}
