import { execa } from 'execa';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { apiErrors } from '../../src/stand-in/api-errors.ts';
import { planHeaders } from '../../src/stand-in/plan-headers.ts';
import { hashToken } from '../../src/util/token-hash.ts';
import { Cleanup } from '../support/cleanup.ts';
import { cheapModel, startHarness, type Harness } from '../support/harness.ts';
import { startCollector, type Collector } from '../support/otlp-collector.ts';
import { monitoring, startPrometheus, type Prometheus } from './support/prometheus.ts';

const token = 'made-up-token';
const inAnHour = Math.floor(Date.now() / 1000) + 3600;
/** Less than any alert is about, and enough to be told by every version of the CLI. */
const headers = planHeaders({ status: 'allowed', resetsAt: inAnHour, utilization: 0.4 });

const cleanup = new Cleanup();
let harness: Harness;
let collector: Collector;
let prometheus: Prometheus;

beforeAll(async () => {
  collector = await startCollector(cleanup);
  const budget = { tokens_per_day: 1_000_000 };
  harness = await startHarness(
    { kind: 'answer', text: 'Sunny.', headers },
    {
      server: { tokens: [{ hash: hashToken(token), name: 'laptop', role: 'client', budget }] },
      observe: { otlp_endpoint: collector.url },
      cache: { ttl: 60_000 },
      // Where more processes wait than are wanted, one is ended before it has said everything.
      pool: { max_warm: 4 },
    },
  );
  cleanup.defer(() => harness.stop());
  prometheus = await startPrometheus(cleanup, new URL(harness.url), token);
  await ask('The weather?', true);
  harness.standIn.behave(apiErrors.overloaded());
  await ask('And tomorrow?', false);
  harness.standIn.behave({ kind: 'answer', text: 'Rainy.', headers });
  await ask('And now?', true);
  // From the cache.
  await ask('The weather?', true);
  // A rate needs two looks at each series.
  await vi.waitFor(
    async () => {
      expect(await prometheus.query('count_over_time(claude_harness_tokens_total[1m]) > 1')).not.toEqual([]);
    },
    { timeout: 15_000, interval: 200 },
  );
});

afterAll(() => cleanup.run());

async function ask(content: string, stream: boolean): Promise<void> {
  const reply = await fetch(`${harness.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: cheapModel, stream, messages: [{ role: 'user', content }] }),
  });
  await reply.text();
}

const read = (path: string): string => readFileSync(join(monitoring, path), 'utf8');

interface Panel {
  title: string;
  targets?: { expr: string }[];
}

const { panels } = JSON.parse(read('grafana/dashboards/claude-harness.json')) as { panels: Panel[] };
const shown = panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => [title, expr.replaceAll('$__rate_interval', '1m')] as const),
);

const { groups } = parse(read('alerts.yml')) as { groups: { rules: { alert: string; expr: string }[] }[] };
const rules = groups.flatMap((group) => group.rules.map(({ alert, expr }) => [alert, expr] as const));

it('the configuration and the alerts are what Prometheus takes', async () => {
  expect((await execa('promtool', ['check', 'config', prometheus.config])).stdout).toContain('SUCCESS');
});

describe('each query of the dashboard has data', () => {
  it.each(shown)('%s: %s', async (_, expr) => {
    expect(await prometheus.query(expr)).not.toEqual([]);
  });
});

describe('each alert', () => {
  it.each(rules)('%s does not fire, and has data to decide by', async (_, expr) => {
    expect(await prometheus.query(expr)).toEqual([]);
    const [, watched = '', comparison = '', limit = ''] = /^(.*) (==|>) ([\d.]+)$/.exec(expr) ?? [];
    const decided = await prometheus.query(`${watched} ${comparison} bool ${limit}`);
    expect(decided).not.toEqual([]);
    for (const fires of decided) expect(fires).toBe(0);
  });
});

it('the whole service sends its turns and metrics to a collector when it stops', async () => {
  await harness.stop();
  expect(collector.spans.map(({ name, attributes }) => [name, attributes['error.type']])).toEqual([
    [`chat ${cheapModel}`, undefined],
    [`chat ${cheapModel}`, 'OVERLOADED'],
    [`chat ${cheapModel}`, undefined],
    [`chat ${cheapModel}`, undefined],
  ]);
  expect(collector.spans[0]?.events.map(({ name }) => name)).toEqual(['admitted', 'acquired', 'fed', 'first_token']);
  expect(collector.metrics.get('gen_ai.client.token.usage')?.points).toHaveLength(2);
});
