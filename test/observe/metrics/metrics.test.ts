import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import { finishedRequest } from '../../support/finished-request.ts';
import { testMetrics } from '../../support/test-metrics.ts';

const linesOf = async (metrics: ReturnType<typeof testMetrics>) => (await metrics.render()).split('\n');

describe('createMetrics', () => {
  it('counts requests, turns, tokens, prices and fallbacks', async () => {
    const metrics = testMetrics();
    metrics.countRequest({ route: '/v1/models', dialect: 'openai', status: '200' });
    metrics.sink(finishedRequest());
    metrics.sink(finishedRequest({ backend: 'direct', firstTokenMs: undefined, cache: 'miss' }));
    metrics.sink(finishedRequest({ error: new HarnessError('EXTRA_USAGE_REQUIRED', 'Pay.'), status: 429 }));
    metrics.countFallback('PLAN_LIMIT_REACHED');
    const lines = await linesOf(metrics);

    expect(metrics.contentType).toMatch(/^text\/plain/);
    expect(lines).toEqual(
      expect.arrayContaining([
        'claude_harness_requests_total{route="/v1/models",dialect="openai",status="200"} 1',
        'claude_harness_requests_total{route="/v1/chat/completions",dialect="openai",status="200"} 2',
        'claude_harness_errors_total{code="EXTRA_USAGE_REQUIRED"} 1',
        'claude_harness_cache_requests_total{verdict="miss"} 1',
        'claude_harness_turn_duration_seconds_sum{backend="cli"} 3',
        'claude_harness_turn_duration_seconds_bucket{le="1",backend="cli"} 0',
        'claude_harness_turn_duration_seconds_bucket{le="2.5",backend="cli"} 2',
        'claude_harness_turn_duration_seconds_count{backend="direct"} 1',
        'claude_harness_queue_seconds_sum{backend="direct"} 0.04',
        'claude_harness_first_token_seconds_sum{backend="cli"} 0.4',
        'claude_harness_tokens_total{model="claude-haiku-4-5-20251001",direction="in"} 30',
        'claude_harness_tokens_total{model="claude-haiku-4-5-20251001",direction="out"} 12',
        'claude_harness_fallbacks_total{reason="PLAN_LIMIT_REACHED"} 1',
      ]),
    );
    expect(lines).not.toContainEqual(expect.stringContaining('first_token_seconds_count{backend="direct"}'));
  });

  it('adds up what the tokens would cost, by model and client', async () => {
    const metrics = testMetrics();
    metrics.sink(finishedRequest());
    metrics.sink(finishedRequest({ client: 'phone' }));
    metrics.sink(finishedRequest({ client: undefined }));
    const lines = await linesOf(metrics);

    expect(lines).toContainEqual(
      expect.stringMatching(/^claude_harness_list_price_usd_total\{model="claude-haiku-4-5-20251001"\} 0\.42/),
    );
    expect(lines).toEqual(
      expect.arrayContaining([
        'claude_harness_client_requests_total{client="phone"} 1',
        'claude_harness_client_tokens_total{client="unnamed",direction="in"} 10',
        'claude_harness_client_list_price_usd_total{client="laptop"} 0.14',
      ]),
    );
  });

  it('counts tokens without a price as free', async () => {
    const metrics = testMetrics({ costOf: () => undefined });
    metrics.sink(finishedRequest());
    expect(await linesOf(metrics)).toContain('claude_harness_client_list_price_usd_total{client="laptop"} 0');
  });

  it('tells what is true at the moment that somebody looks', async () => {
    let isReady = true;
    const metrics = testMetrics({ load: () => ({ isReady, activeTurns: 1, queuedTurns: 2, warmProcesses: 3 }) });
    expect(await linesOf(metrics)).toEqual(
      expect.arrayContaining([
        'claude_harness_ready 1',
        'claude_harness_active_turns 1',
        'claude_harness_queued_turns 2',
        'claude_harness_warm_processes 3',
        'claude_harness_processes{state="busy"} 1',
        'claude_harness_process_starts_total 9',
        'claude_harness_process_start_failures_total 1',
        'claude_harness_process_uses_total 40',
        'claude_harness_process_ends_total{reason="max_turns"} 4',
        'claude_harness_process_ends_total{reason="not_emptied"} 0',
      ]),
    );
    isReady = false;
    const later = await linesOf(metrics);
    expect(later).toContain('claude_harness_ready 0');
    // What is counted elsewhere is not added to what was read before.
    expect(later).toContain('claude_harness_process_uses_total 40');
  });

  it('tells how much of the plan and of budgets is used, as far as that is known', async () => {
    expect(await linesOf(testMetrics())).toEqual(
      expect.arrayContaining([
        'claude_harness_plan_window_utilization_ratio{window="five_hour"} 0.85',
        'claude_harness_plan_window_reset_timestamp_seconds{window="five_hour"} 1795964400',
        'claude_harness_plan_window_status{window="five_hour",status="allowed"} 0',
        'claude_harness_plan_window_status{window="five_hour",status="allowed_warning"} 1',
        'claude_harness_plan_window_status{window="seven_day_opus",status="rejected"} 1',
        'claude_harness_budget_limit{client="laptop",window="day",unit="tokens"} 1000',
        'claude_harness_budget_used{client="laptop",window="day",unit="tokens"} 250',
      ]),
    );
    expect(await testMetrics().render()).not.toMatch(/(utilization_ratio|timestamp_seconds)\{window="seven_day_opus"/);
  });

  it('tells how the requests of batches stand, and everything else where that is not known', async () => {
    expect(await linesOf(testMetrics())).toEqual(
      expect.arrayContaining([
        'claude_harness_batch_requests{state="left"} 40',
        'claude_harness_batch_requests{state="succeeded"} 60',
      ]),
    );
    const batches = (): never => {
      throw new HarnessError('INTERNAL', 'The state file is locked.');
    };
    const text = await testMetrics({ batches }).render();
    expect(text).toContain('claude_harness_ready 1');
    expect(text).not.toContain('batch_requests{');
  });

  it('forgets a window of the plan that has begun anew', async () => {
    const now = { type: 'five_hour', status: 'allowed', utilization: 0.1, observedAt: 0 } as const;
    let current = [now];
    const metrics = testMetrics({ planWindows: { current: () => current } });
    expect(await metrics.render()).toContain('utilization_ratio{window="five_hour"} 0.1');
    current = [];
    expect(await metrics.render()).not.toContain('window="five_hour"');
  });

  it('names whose plan a window is of, where there are several logins', async () => {
    const seen = { type: 'five_hour', status: 'allowed', utilization: 0.1, observedAt: 0 } as const;
    const current = () => [
      { ...seen, login: 'home' },
      { ...seen, login: 'work', utilization: 0.2 },
    ];
    const text = await testMetrics({ planWindows: { current }, hasLogins: true }).render();
    expect(text).toContain('utilization_ratio{login="home",window="five_hour"} 0.1');
    expect(text).toContain('utilization_ratio{login="work",window="five_hour"} 0.2');
    expect(text).toContain('plan_window_status{login="work",window="five_hour",status="allowed"} 1');
  });

  it('belongs to one service alone', async () => {
    testMetrics().countFallback('NOT_LOGGED_IN');
    expect(await testMetrics().render()).not.toContain('NOT_LOGGED_IN');
  });
});

describe("OpenTelemetry's names", () => {
  const labels =
    'gen_ai_operation_name="chat",gen_ai_provider_name="anthropic",gen_ai_request_model="haiku",gen_ai_response_model="claude-haiku-4-5-20251001"';

  it('count tokens and times with the buckets of the conventions', async () => {
    const metrics = testMetrics();
    metrics.sink(finishedRequest({ stream: true }));
    expect(await linesOf(metrics)).toEqual(
      expect.arrayContaining([
        `gen_ai_client_token_usage_sum{${labels},gen_ai_token_type="input"} 10`,
        `gen_ai_client_token_usage_bucket{le="4",${labels},gen_ai_token_type="input"} 0`,
        `gen_ai_client_token_usage_bucket{le="16",${labels},gen_ai_token_type="input"} 1`,
        `gen_ai_client_token_usage_bucket{le="67108864",${labels},gen_ai_token_type="output"} 1`,
        `gen_ai_client_operation_duration_seconds_bucket{le="1.28",${labels}} 0`,
        `gen_ai_client_operation_duration_seconds_bucket{le="2.56",${labels}} 1`,
        `gen_ai_client_operation_duration_seconds_bucket{le="81.92",${labels}} 1`,
        `gen_ai_client_operation_time_to_first_chunk_seconds_sum{${labels}} 0.2`,
      ]),
    );
  });

  it('have a time to the first chunk of streamed answers only', async () => {
    const metrics = testMetrics();
    metrics.sink(finishedRequest({ stream: false }));
    expect(await metrics.render()).not.toContain('time_to_first_chunk_seconds_count{');
  });

  it('name the failure of a turn that no model answered', async () => {
    const metrics = testMetrics();
    const error = new HarnessError('TURN_TIMEOUT', 'Too long.');
    metrics.sink(finishedRequest({ model: 'invented', served: undefined, error, tokensIn: undefined }));
    expect(await linesOf(metrics)).toContain(
      'gen_ai_client_operation_duration_seconds_count{gen_ai_operation_name="chat",gen_ai_provider_name="anthropic",gen_ai_request_model="other",error_type="TURN_TIMEOUT"} 1',
    );
  });

  it('leave out what was refused before a model was asked', async () => {
    const metrics = testMetrics();
    metrics.sink(finishedRequest({ backend: undefined, served: undefined }));
    expect(await metrics.render()).not.toContain('gen_ai_operation_name="chat"');
  });
});
