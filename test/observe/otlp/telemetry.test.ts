import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunTurn } from '../../../src/core/backend.ts';
import { HarnessError } from '../../../src/core/errors.ts';
import { Journal } from '../../../src/exchange/journal.ts';
import { Telemetry } from '../../../src/observe/otlp/telemetry.ts';
import { answerWith, chat, failWith, testApp } from '../../http/test-app.ts';
import { Cleanup } from '../../support/cleanup.ts';
import { finishedRequest } from '../../support/finished-request.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { startCollector, type Collector } from '../../support/otlp-collector.ts';
import { testMetrics } from '../../support/test-metrics.ts';

let cleanup: Cleanup;
let collector: Collector;

beforeEach(async () => {
  cleanup = new Cleanup();
  collector = await startCollector(cleanup);
});

afterEach(() => cleanup.run());

const metrics = testMetrics();
const version = '1.2.3';

function telemetryTo(endpoint: string, headers = {}) {
  const log = memoryLog();
  const telemetry = new Telemetry({ endpoint, headers, version, metrics, log, now: Date.now });
  telemetry.start();
  return { telemetry, log };
}

/** What the collector has of one request to an app whose turn says that it was admitted, acquired and fed. */
async function spanOf(run: RunTurn, headers: Record<string, string> = {}, body: object = chat) {
  const { telemetry, log } = telemetryTo(collector.url);
  const staged: RunTurn = (conversation, options, signal) => {
    options.onStage?.({ name: 'admitted', backend: 'cli' });
    options.onStage?.({ name: 'acquired', process: 'warm' });
    options.onStage?.({ name: 'fed' });
    return run(conversation, options, signal);
  };
  const { app } = testApp(staged, { journal: new Journal([telemetry.sink], log) });
  await request(app).post('/v1/chat/completions').set(headers).send(body);
  await telemetry.stop();
  expect(collector.spans).toHaveLength(1);
  return collector.spans[0];
}

describe('a finished turn', () => {
  it('is a span with the attributes of the conventions', async () => {
    const span = await spanOf(answerWith('Hi'), { 'x-session-id': 's1' }, { ...chat, stream: true });
    expect(span).toMatchObject({
      name: 'chat haiku',
      kind: 3,
      status: {},
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'anthropic',
        'gen_ai.request.model': 'haiku',
        'gen_ai.request.stream': true,
        'gen_ai.response.model': 'claude-haiku-4-5',
        'gen_ai.response.finish_reasons': ['end_turn'],
        'gen_ai.conversation.id': 's1',
        'gen_ai.usage.input_tokens': 18,
        'gen_ai.usage.output_tokens': 7,
        'gen_ai.usage.cache_read.input_tokens': 5,
        'gen_ai.usage.cache_creation.input_tokens': 3,
        'gen_ai.usage.reasoning.output_tokens': 2,
        'http.route': '/v1/chat/completions',
        'http.response.status_code': 200,
        'claude_harness.backend': 'cli',
        'claude_harness.process': 'warm',
      },
    });
    expect(span?.attributes).not.toHaveProperty('error.type');
    expect(collector.resource).toEqual({ 'service.name': 'claude-harness', 'service.version': version });
  });

  it('has what happened on the way as events', async () => {
    const span = await spanOf(answerWith('Hi'));
    expect(span?.events.map(({ name }) => name)).toEqual(['admitted', 'acquired', 'fed', 'first_token']);
    const times = [span?.startTimeUnixNano, ...(span?.events ?? []).map(({ timeUnixNano }) => timeUnixNano)];
    expect(times).toEqual([...times].sort());
    expect(BigInt(span?.endTimeUnixNano ?? 0)).toBeGreaterThanOrEqual(BigInt(times.at(-1) ?? 0));
  });

  it('that failed names its failure, and nothing of what was asked or said', async () => {
    const secret = 'the moon is made of cheese';
    const error = new HarnessError('TURN_TIMEOUT', secret);
    const span = await spanOf(failWith(error, secret), {}, { ...chat, messages: [{ role: 'user', content: secret }] });
    expect(span).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': 'TURN_TIMEOUT' } });
    expect(collector.bodies.join()).not.toContain('cheese');
  });
});

describe('the trace of the caller', () => {
  const trace = '0af7651916cd43dd8448eb211c80319c';
  const parent = 'b7ad6b7169203331';

  it('goes on with the turn', async () => {
    const headers = { traceparent: `00-${trace}-${parent}-01`, tracestate: 'vendor=value' };
    expect(await spanOf(answerWith('Hi'), headers)).toMatchObject({
      traceId: trace,
      parentSpanId: parent,
      traceState: 'vendor=value',
    });
  });

  it.each([
    ['of zeros', `00-${'0'.repeat(32)}-${parent}-01`],
    ['of another form', 'garbage'],
    ['of the forbidden version', `ff-${trace}-${parent}-01`],
    ['without an end', `00-${trace}-${parent}-01${'-x'.repeat(5000)}`],
  ])('is ignored where it is one %s', async (_, traceparent) => {
    const span = await spanOf(answerWith('Hi'), { traceparent });
    expect(span?.traceId).toMatch(/^(?!0+$)[0-9a-f]{32}$/);
    expect(span?.traceId).not.toBe(trace);
    expect(span?.parentSpanId ?? '').toBe('');
  });

  it('is not recorded where the caller does not record it', async () => {
    const { telemetry } = telemetryTo(collector.url);
    telemetry.sink(finishedRequest({ trace: { traceparent: `00-${trace}-${parent}-00` } }));
    telemetry.sink(finishedRequest({ model: 'recorded' }));
    await telemetry.stop();
    expect(collector.spans.map(({ name }) => name)).toEqual(['chat recorded']);
  });
});

describe('metrics', () => {
  it('are those of /metrics, in which each figure is counted once', async () => {
    const { telemetry } = telemetryTo(collector.url);
    metrics.sink(finishedRequest());
    await telemetry.stop();
    const rendered = [...(await metrics.render()).matchAll(/^# TYPE (claude_harness_\S+)/gm)].map(([, name]) => name);
    expect([...collector.metrics.keys()]).toEqual(expect.arrayContaining(rendered));
    expect(collector.metrics.get('claude_harness_client_requests_total')?.points).toMatchObject([
      { attributes: { client: 'laptop' }, asDouble: 1 },
    ]);
    expect(collector.metrics.get('claude_harness_ready')?.points).toMatchObject([{ asDouble: 1 }]);
  });

  it('have the names of the conventions, and counts for each bucket alone', async () => {
    const { telemetry } = telemetryTo(collector.url);
    await telemetry.stop();
    const durations = collector.metrics.get('gen_ai.client.operation.duration');
    expect(durations?.unit).toBe('s');
    expect(durations?.points).toMatchObject([
      {
        attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'haiku' },
        count: 1,
        sum: 1.5,
        bucketCounts: [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
        explicitBounds: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
      },
    ]);
    expect(collector.metrics.get('gen_ai.client.token.usage')).toMatchObject({ unit: '{token}' });
  });
});

describe('a collector', () => {
  it('is sent the configured headers', async () => {
    const { telemetry } = telemetryTo(`${collector.url}/`, { Authorization: 'Bearer made-up' });
    telemetry.sink(finishedRequest());
    await telemetry.stop();
    expect(collector.headers.map(({ authorization }) => authorization)).toEqual(['Bearer made-up', 'Bearer made-up']);
  });

  it('that cannot be reached costs one line of the log, and holds up no end', async () => {
    await cleanup.run();
    const { telemetry, log } = telemetryTo(collector.url, { Authorization: 'Bearer made-up' });
    telemetry.sink(finishedRequest());
    // Both the spans and the metrics are lost.
    await telemetry.stop();
    expect(log.lines.map(({ level }) => level)).toEqual(['warn']);
    expect(log.lines[0]?.fields['reason']).toContain('ECONNREFUSED');
    expect(JSON.stringify(log.lines)).not.toContain('made-up');
  });

  it('that never answers holds up no end', async () => {
    collector.hang();
    const { telemetry, log } = telemetryTo(collector.url);
    telemetry.sink(finishedRequest());
    await telemetry.stop();
    expect(log.lines).toHaveLength(1);
  });
});
