import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { HarnessError } from '../../src/core/errors.ts';
import { finishedRequest } from '../support/finished-request.ts';
import { testMetrics } from '../support/test-metrics.ts';

interface Described {
  type: string;
  labels: string[];
}

/** Everything that `/metrics` can say: a request of every kind has been made. */
async function rendered(): Promise<Record<string, Described>> {
  const metrics = testMetrics();
  metrics.sink(finishedRequest({ stream: true, cache: 'miss' }));
  metrics.sink(finishedRequest({ error: new HarnessError('INTERNAL', 'Failed.') }));
  metrics.countFallback('NOT_LOGGED_IN');
  const text = await metrics.render();
  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  return Object.fromEntries(types.map(([, name = '', type = '']) => [name, { type, labels: labelsOf(name, text) }]));
}

function labelsOf(name: string, text: string): string[] {
  const samples = text.matchAll(new RegExp(`^${name}(?:_bucket|_sum|_count)?\\{(.*)\\} `, 'gm'));
  const names = [...samples].flatMap(([, labels = '']) => [...labels.matchAll(/(\w+)="/g)].map(([, label]) => label));
  return [...new Set(names.filter((label) => label !== undefined && label !== 'le'))].sort() as string[];
}

/** The rows of the tables, whose first three columns are name, type and labels. */
function documented(): Record<string, Described> {
  const document = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
  const rows = document.split('\n').filter((line) => /^\| `(claude_harness|gen_ai)_/.test(line));
  return Object.fromEntries(
    rows.map((row) => {
      const [name = '', type = '', labels = ''] = row
        .split('|')
        .map((cell) => cell.trim())
        .slice(1);
      return [namesIn(name)[0], { type, labels: namesIn(labels).sort() }];
    }),
  ) as Record<string, Described>;
}

const namesIn = (cell: string): string[] => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);

it('docs/metrics.md lists every metric, with its type and labels', async () => {
  expect(documented()).toEqual(await rendered());
});
