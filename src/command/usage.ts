import * as z from 'zod';
import { toCsvCell } from '../util/csv-cell.ts';
import { withoutControls } from './agent/without-controls.ts';
import { describePlan } from './plan-windows.ts';
import { describeRefusal } from './refusal.ts';
import { describeSilence, getJson, type RunningService } from './running-service.ts';
import { toTextTable } from './text-table.ts';

export const groupings = ['day', 'hour', 'model', 'client', 'block'] as const;

export interface UsageOptions {
  by: (typeof groupings)[number];
  since?: string;
  format: 'table' | 'json' | 'csv';
}

const sums = {
  requests: z.number(),
  failed: z.number(),
  tokens_input: z.number(),
  tokens_output: z.number(),
  cache_read_tokens: z.number(),
  cache_write_5m_tokens: z.number(),
  cache_write_1h_tokens: z.number(),
  cost_usd: z.number(),
  unpriced_requests: z.number(),
};
const group = z.object({
  start: z.string().optional(),
  model: z.string().nullish(),
  client: z.string().nullish(),
  projection: z.object({ cost_usd: z.number() }).optional(),
  ...sums,
});
const report = z.object({
  incomplete: z.string().optional(),
  prices: z.object({ as_of: z.string(), note: z.string() }),
  data: z.array(group),
  total: z.object(sums),
});

type Report = z.infer<typeof report>;
type Sums = Report['total'];

/** Prints what was used, as the running service knows it; `warn` says where that is not all. Returns the exit code. */
export async function usageCommand(
  service: RunningService,
  { by, since, format }: UsageOptions,
  print: (text: string) => void,
  warn: (text: string) => void,
): Promise<number> {
  const query = new URLSearchParams({ by, ...(since !== undefined && { since }) });
  try {
    const { status, body } = await getJson(service, `/v1/usage?${query.toString()}`);
    if (status !== 200) {
      print(describeRefusal(status, body));
      return 1;
    }
    if (format === 'json') {
      print(`${JSON.stringify(body, null, 2)}\n`);
      return 0;
    }
    const found = report.parse(body);
    print(format === 'csv' ? toCsv(by, found) : (await describePlan(service)) + toTable(by, found));
    if (found.incomplete !== undefined) warn(`${withoutControls(found.incomplete)}\n`);
    return 0;
  } catch (error) {
    print(describeSilence(service, error));
    return 1;
  }
}

const titles = ['requests', 'failed', 'input', 'output', 'cache read', 'cache written', 'API cost USD'];

function toTable(by: UsageOptions['by'], { data, total, prices }: Report): string {
  if (data.length === 0) return 'Nothing was used in this time.\n';
  const rows = [
    [by, ...titles],
    ...data.map((each) => [nameOf(by, each), ...cellsOf(each)]),
    ['total', ...cellsOf(total)],
  ];
  const { lines } = toTextTable(rows, { textColumns: 1 });
  const { unpriced_requests: unpriced } = total;
  const projected = data.at(-1)?.projection;
  return [
    ...lines,
    '',
    ...(projected === undefined ? [] : [`At this rate the last block ends at ${projected.cost_usd.toFixed(2)} USD.`]),
    ...(unpriced === 0 ? [] : [`${unpriced} requests have no known price and are not in the cost.`]),
    `${prices.note} Prices of ${prices.as_of}.`,
    '',
  ].join('\n');
}

/** Exact figures, for programs. */
function toCsv(by: UsageOptions['by'], { data }: Report): string {
  const names = Object.keys(sums) as (keyof Sums)[];
  const lines = data.map((each) => {
    const name = each.start ?? each.model ?? each.client ?? '';
    return [name, ...names.map((column) => each[column])].map(toCsvCell).join(',');
  });
  return [[by, ...names].join(','), ...lines, ''].join('\n');
}

function cellsOf(counts: Sums): string[] {
  const written = counts.cache_write_5m_tokens + counts.cache_write_1h_tokens;
  const { requests, failed, tokens_input, tokens_output, cache_read_tokens } = counts;
  const numbers = [requests, failed, tokens_input, tokens_output, cache_read_tokens, written];
  return [...numbers.map((count) => count.toLocaleString('en-US')), counts.cost_usd.toFixed(2)];
}

function nameOf(by: UsageOptions['by'], { start, model, client }: Report['data'][number]): string {
  if (start === undefined) return withoutControls(model ?? client ?? '(none)');
  // In the time zone of the reader.
  const local = new Date(start).toLocaleString('sv-SE');
  return by === 'day' ? local.slice(0, 10) : local.slice(0, 16);
}
