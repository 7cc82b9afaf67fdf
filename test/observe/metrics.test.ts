import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/observe/metrics.ts';

const load = () => ({ activeTurns: 1, queuedTurns: 2, warmProcesses: 3 });
const turn = { backend: 'cli', durationMs: 1500, served: 'claude-haiku-4-5', tokensIn: 10, tokensOut: 4 } as const;

describe('createMetrics', () => {
  it('counts requests, turns, tokens and fallbacks', async () => {
    const metrics = createMetrics(load);
    metrics.countRequest({ route: '/v1/models', dialect: 'openai', status: '200' });
    metrics.countError('EXTRA_USAGE_REQUIRED');
    metrics.observeTurn({ ...turn, firstTokenMs: 200 });
    metrics.observeTurn({ ...turn, backend: 'direct' });
    metrics.countFallback('PLAN_LIMIT_REACHED');
    const lines = (await metrics.render()).split('\n');

    expect(metrics.contentType).toMatch(/^text\/plain/);
    expect(lines).toEqual(
      expect.arrayContaining([
        'claude_harness_requests_total{route="/v1/models",dialect="openai",status="200"} 1',
        'claude_harness_errors_total{code="EXTRA_USAGE_REQUIRED"} 1',
        'claude_harness_turn_duration_seconds_sum{backend="cli"} 1.5',
        'claude_harness_turn_duration_seconds_bucket{le="1",backend="cli"} 0',
        'claude_harness_turn_duration_seconds_bucket{le="2.5",backend="cli"} 1',
        'claude_harness_turn_duration_seconds_count{backend="direct"} 1',
        'claude_harness_first_token_seconds_sum{backend="cli"} 0.2',
        'claude_harness_tokens_total{model="claude-haiku-4-5",direction="in"} 20',
        'claude_harness_tokens_total{model="claude-haiku-4-5",direction="out"} 8',
        'claude_harness_fallbacks_total{reason="PLAN_LIMIT_REACHED"} 1',
        'claude_harness_active_turns 1',
        'claude_harness_queued_turns 2',
        'claude_harness_warm_processes 3',
      ]),
    );
    expect(lines).not.toContainEqual(expect.stringContaining('first_token_seconds_count{backend="direct"}'));
  });

  it('keeps the number of models bounded, and the first ones apart', async () => {
    const metrics = createMetrics(load);
    for (let index = 0; index < 200; index++) metrics.observeTurn({ ...turn, served: `model-${index}` });
    metrics.observeTurn({ ...turn, served: 'model-0' });
    const text = await metrics.render();

    expect(text.match(/tokens_total\{/g)).toHaveLength(2 * 51);
    expect(text).toContain('{model="model-0",direction="out"} 8');
    expect(text).toContain(`{model="other",direction="out"} ${4 * 150}`);
  });

  it('belongs to one service alone', async () => {
    createMetrics(load).countFallback('NOT_LOGGED_IN');
    expect(await createMetrics(load).render()).not.toContain('NOT_LOGGED_IN');
  });
});
