import { Histogram, type Registry } from 'prom-client';
import type { JournalEntry, JournalSink } from '../../core/journal.ts';
import { BoundedLabel, other } from './bounded-label.ts';
import { maxModels } from './turn-metrics.ts';

/** Both as the conventions have them. */
const tokenBuckets = Array.from({ length: 14 }, (_, power) => 4 ** power);
const secondsBuckets = Array.from({ length: 14 }, (_, power) => 2 ** power / 100);

/**
 * By OpenTelemetry's semantic conventions for generative AI (1.42), in the form that Prometheus gives their names:
 * https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/gen-ai-metrics.md. The harness is the
 * client there: what it observes is the call of a model, its own queue included.
 */
export function genAiMetrics(registry: Registry): JournalSink {
  const histogram = (name: string, help: string, buckets: number[], labels: readonly string[] = []) =>
    new Histogram({ name, help, buckets, labelNames: [...commonLabels, ...labels], registers: [registry] });
  const usage = histogram('gen_ai_client_token_usage', 'Number of input and output tokens used.', tokenBuckets, [
    'gen_ai_token_type',
  ]);
  const durations = histogram('gen_ai_client_operation_duration_seconds', 'GenAI operation duration.', secondsBuckets, [
    'error_type',
  ]);
  const firstChunks = histogram(
    'gen_ai_client_operation_time_to_first_chunk_seconds',
    'Time to receive the first chunk of a streamed answer.',
    secondsBuckets,
  );
  const models = new ModelLabels();

  return (entry) => {
    if (entry.backend === undefined) return;
    const { error, totalMs, stream, firstTokenMs, tokensIn, tokensOut } = entry;
    const labels = { gen_ai_operation_name: 'chat', gen_ai_provider_name: 'anthropic', ...models.of(entry) };
    durations.observe({ ...labels, ...(error !== undefined && { error_type: error.code }) }, totalMs / 1000);
    if (stream && firstTokenMs !== undefined) firstChunks.observe(labels, firstTokenMs / 1000);
    if (tokensIn !== undefined) usage.observe({ ...labels, gen_ai_token_type: 'input' }, tokensIn);
    if (tokensOut !== undefined) usage.observe({ ...labels, gen_ai_token_type: 'output' }, tokensOut);
  };
}

const commonLabels = [
  'gen_ai_operation_name',
  'gen_ai_provider_name',
  'gen_ai_request_model',
  'gen_ai_response_model',
] as const;

/** Which model was asked for and which one answered. A name that no model has answered to is whatever a client likes. */
class ModelLabels {
  readonly #requested = new BoundedLabel(maxModels);
  readonly #pairs = new BoundedLabel(maxModels);

  of({ model, served }: JournalEntry) {
    if (served === undefined) return { gen_ai_request_model: this.#requested.known(model) };
    const pair = JSON.stringify([model, served]);
    if (this.#pairs.admit(pair) !== pair) return { gen_ai_request_model: other, gen_ai_response_model: other };
    return { gen_ai_request_model: this.#requested.admit(model), gen_ai_response_model: served };
  }
}
