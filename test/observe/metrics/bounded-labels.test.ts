import { expect, it } from 'vitest';
import { HarnessError, errorCodes } from '../../../src/core/errors.ts';
import { finishedRequest } from '../../support/finished-request.ts';
import { testMetrics } from '../../support/test-metrics.ts';

/** The values of every label, by its name. */
async function labelValues(metrics: ReturnType<typeof testMetrics>): Promise<Map<string, Set<string>>> {
  const values = new Map<string, Set<string>>();
  for (const [, label = '', value = ''] of (await metrics.render()).matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
    values.set(label, (values.get(label) ?? new Set()).add(value));
  }
  return values;
}

it('no label has more than 101 values, whatever clients send', async () => {
  const metrics = testMetrics({ budgets: () => [] });
  for (let index = 0; index < 500; index++) {
    const code = errorCodes[index % errorCodes.length] ?? 'INTERNAL';
    metrics.sink(
      finishedRequest({
        client: `client "${index}"\n`,
        userAgent: `agent ${index}`,
        session: `session ${index}`,
        model: `asked-${index}`,
        served: index % 2 === 0 ? `answered-${index}` : undefined,
        ...(index % 3 === 0 && { error: new HarnessError(code, `failure ${index}`) }),
      }),
    );
  }
  const values = await labelValues(metrics);

  expect(values.get('client')?.size).toBe(101);
  expect(values.get('model')?.size).toBe(51);
  expect(values.get('gen_ai_request_model')?.size).toBe(51);
  expect(values.get('gen_ai_response_model')?.size).toBe(51);
  for (const [label, { size }] of values) expect([label, size <= 101]).toEqual([label, true]);
});

it('the first models and clients stay apart', async () => {
  const metrics = testMetrics();
  for (let index = 0; index < 200; index++) {
    metrics.sink(finishedRequest({ served: `model-${index}`, client: `client-${index}` }));
  }
  metrics.sink(finishedRequest({ served: 'model-0', client: 'client-0' }));
  const text = await metrics.render();

  expect(text).toContain('tokens_total{model="model-0",direction="out"} 8');
  expect(text).toContain(`tokens_total{model="other",direction="out"} ${4 * 150}`);
  expect(text).toContain('client_requests_total{client="client-0"} 2');
  expect(text).toContain('client_requests_total{client="other"} 100');
});

it('one model under many names makes no more series than that many models', async () => {
  const metrics = testMetrics();
  for (let index = 0; index < 200; index++) metrics.sink(finishedRequest({ model: `alias-${index}` }));
  const series = (await metrics.render()).match(/duration_seconds_count\{gen_ai/g);
  expect(series).toHaveLength(51);
});

it('a name that no model has answered to keeps no place from one that is used', async () => {
  const metrics = testMetrics();
  const error = new HarnessError('MODEL_NOT_FOUND', 'No such model.');
  for (let index = 0; index < 200; index++) {
    metrics.sink(finishedRequest({ model: `invented-${index}`, served: undefined, error }));
  }
  metrics.sink(finishedRequest({ model: 'opus' }));
  const requested = (await labelValues(metrics)).get('gen_ai_request_model');
  expect([...(requested ?? [])].sort()).toEqual(['opus', 'other']);
});
