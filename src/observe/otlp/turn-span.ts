import { SpanKind, SpanStatusCode, type Attributes, type Tracer } from '@opentelemetry/api';
import { millisToHrTime } from '@opentelemetry/core';
import type { JournalEntry } from '../../core/journal.ts';
import { traceParentOf } from './trace-parent.ts';

/**
 * A finished request as a span, by OpenTelemetry's semantic conventions for generative AI (1.42):
 * https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/gen-ai-spans.md. The harness is the
 * client of the model there. Nothing of what was asked or answered is in it, the message of a failure included.
 */
export function recordTurn(tracer: Tracer, entry: JournalEntry): void {
  const { arrivedAt, model, error, totalMs } = entry;
  const at = (ms: number) => millisToHrTime(arrivedAt + ms);
  const span = tracer.startSpan(
    `chat ${model}`,
    { kind: SpanKind.CLIENT, startTime: at(0), attributes: attributesOf(entry) },
    traceParentOf(entry),
  );
  for (const { name, ms } of stagesOf(entry)) span.addEvent(name, at(ms));
  if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(at(totalMs));
}

/** When the turn left the queue, had a process, had given it its request and had the first token; since the arrival. */
function stagesOf({ readMs, queueMs, acquireMs, feedMs, firstTokenMs }: JournalEntry): { name: string; ms: number }[] {
  const admitted = sum(readMs, queueMs);
  const acquired = sum(admitted, acquireMs);
  const stages = { admitted, acquired, fed: sum(acquired, feedMs), first_token: firstTokenMs };
  return Object.entries(stages).flatMap(([name, ms]) => (ms === undefined ? [] : [{ name, ms }]));
}

function sum(since: number | undefined, ms: number | undefined): number | undefined {
  return since === undefined || ms === undefined ? undefined : since + ms;
}

/** What is undefined is left out. */
function attributesOf(entry: JournalEntry): Attributes {
  const { stream, firstTokenMs, tokensCachedFor5Minutes: for5Minutes, tokensCachedForHour: forHour } = entry;
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'anthropic',
    'gen_ai.request.model': entry.model,
    'gen_ai.request.stream': stream,
    'gen_ai.response.model': entry.served,
    'gen_ai.response.finish_reasons': entry.finish === undefined ? undefined : [entry.finish],
    'gen_ai.response.time_to_first_chunk': stream && firstTokenMs !== undefined ? firstTokenMs / 1000 : undefined,
    'gen_ai.conversation.id': entry.session,
    'gen_ai.usage.input_tokens': entry.tokensIn,
    'gen_ai.usage.output_tokens': entry.tokensOut,
    'gen_ai.usage.cache_read.input_tokens': entry.tokensCached,
    'gen_ai.usage.cache_creation.input_tokens': sum(for5Minutes, forHour),
    'gen_ai.usage.reasoning.output_tokens': entry.tokensThinking,
    'error.type': entry.error?.code,
    'http.route': entry.route,
    'http.response.status_code': entry.status,
    'claude_harness.request_id': entry.requestId,
    'claude_harness.client': entry.client,
    'claude_harness.backend': entry.backend,
    'claude_harness.process': entry.process,
    'claude_harness.cache': entry.cache,
  };
}
