import type { BackendName } from '../core/turn-options.ts';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { JournalSink } from '../core/journal.ts';

/** What is true at the moment that somebody looks. */
export interface Load {
  activeTurns: number;
  queuedTurns: number;
  warmProcesses: number;
}

export interface TurnFacts {
  backend: BackendName;
  durationMs: number;
  firstTokenMs?: number;
  /** The model that answered, by the API's word. */
  served?: string;
  /** The cached ones among them. */
  tokensIn: number;
  tokensOut: number;
}

/** Figures for Prometheus. Every label has few values, whatever clients send. */
export interface Metrics {
  readonly contentType: string;
  render(): Promise<string>;
  countRequest(labels: { route: string; dialect: string; status: string }): void;
  /** `code` is one of `errorCodes`. */
  countError(code: string): void;
  observeTurn(facts: TurnFacts): void;
  countFallback(reason: string): void;
}

/** More models than anybody uses; a gateway could repeat whatever a client asks for. */
const maxModels = 50;

const seconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

/**
 * Without the figures of the process itself: their measuring wakes it a hundred times a second, and the service manager
 * has them.
 */
export function createMetrics(load: () => Load): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const models = new Set<string>();
  const name = (rest: string): string => `claude_harness_${rest}`;

  const requests = new Counter({
    name: name('requests_total'),
    help: 'Finished requests by path, dialect and HTTP status.',
    labelNames: ['route', 'dialect', 'status'] as const,
    registers,
  });
  const errors = new Counter({
    name: name('errors_total'),
    help: 'Requests for an answer that failed, streams that had begun included, by the code of the failure.',
    labelNames: ['code'] as const,
    registers,
  });
  const timer = (rest: string, help: string): Histogram<'backend'> =>
    new Histogram({ name: name(rest), help, labelNames: ['backend'], buckets: seconds, registers });
  const durations = timer('turn_duration_seconds', 'From the arrival of a request to the end of its answer.');
  const firstTokens = timer('first_token_seconds', 'From the arrival of a request to the first token of its answer.');
  const tokens = new Counter({
    name: name('tokens_total'),
    help: 'Tokens of prompts (in, the cached ones included) and answers (out), by the model that answered.',
    labelNames: ['model', 'direction'] as const,
    registers,
  });
  const fallbacks = new Counter({
    name: name('fallbacks_total'),
    help: 'Turns that the direct backend answered instead of the CLI, by reason.',
    labelNames: ['reason'] as const,
    registers,
  });
  const gauge = (rest: string, help: string, read: (load: Load) => number): Gauge =>
    new Gauge({
      name: name(rest),
      help,
      registers,
      collect() {
        this.set(read(load()));
      },
    });
  gauge('active_turns', 'Turns that are running.', ({ activeTurns }) => activeTurns);
  gauge('queued_turns', 'Turns that wait in the queue.', ({ queuedTurns }) => queuedTurns);
  gauge('warm_processes', 'CLI processes that are ready for a turn.', ({ warmProcesses }) => warmProcesses);

  return {
    contentType: registry.contentType,
    render: () => registry.metrics(),
    countRequest: (labels) => {
      requests.inc(labels);
    },
    countError: (code) => {
      errors.inc({ code });
    },
    observeTurn({ backend, durationMs, firstTokenMs, served, tokensIn, tokensOut }) {
      durations.observe({ backend }, durationMs / 1000);
      if (firstTokenMs !== undefined) firstTokens.observe({ backend }, firstTokenMs / 1000);
      if (served === undefined) return;
      const model = bounded(served);
      tokens.inc({ model, direction: 'in' }, tokensIn);
      tokens.inc({ model, direction: 'out' }, tokensOut);
    },
    countFallback: (reason) => {
      fallbacks.inc({ reason });
    },
  };

  function bounded(model: string): string {
    if (models.size < maxModels) models.add(model);
    return models.has(model) ? model : 'other';
  }
}

/** Counts every finished request for an answer, and what its turns took. */
export function metricsSink(metrics: Metrics): JournalSink {
  return (entry) => {
    const {
      route,
      dialect,
      status,
      error,
      backend,
      totalMs,
      firstTokenMs,
      served,
      tokensIn = 0,
      tokensOut = 0,
    } = entry;
    metrics.countRequest({ route, dialect, status: String(status) });
    if (error !== undefined) metrics.countError(error.code);
    if (backend === undefined) return;
    metrics.observeTurn({
      backend,
      durationMs: totalMs,
      tokensIn,
      tokensOut,
      ...(firstTokenMs !== undefined && { firstTokenMs }),
      ...(served !== undefined && { served }),
    });
  };
}
