import { kindColumns, type AccessKind } from './access-kind.ts';
import type { AccessRow } from './access-row.ts';
import type { UsageCounts, UsageSum } from './usage-sum.ts';

/** What is kept of a request, and of many; the compiler sees that nothing is missing. */
const ofRows: Readonly<Record<keyof AccessRow, true>> = {
  request_id: true,
  timestamp: true,
  client: true,
  user_agent: true,
  client_ip: true,
  endpoint: true,
  dialect: true,
  model: true,
  served_model: true,
  backend: true,
  streaming: true,
  background: true,
  status_code: true,
  error_code: true,
  finish_reason: true,
  queue_ms: true,
  first_token_ms: true,
  duration_ms: true,
  tokens_input: true,
  tokens_output: true,
  cache_read_tokens: true,
  cache_write_5m_tokens: true,
  cache_write_1h_tokens: true,
  tokens_thinking: true,
  cost_usd: true,
  tool_calls: true,
  session: true,
  cache: true,
};

const added: Readonly<Record<Exclude<keyof UsageCounts, 'first_at' | 'last_at'>, true>> = {
  requests: true,
  failed: true,
  tokens_input: true,
  tokens_output: true,
  cache_read_tokens: true,
  cache_write_5m_tokens: true,
  cache_write_1h_tokens: true,
  tokens_thinking: true,
  cost_usd: true,
  unpriced_requests: true,
};

export const rowColumns = Object.keys(ofRows) as (keyof AccessRow)[];
/** Those that each row has for itself; the others are those of its kind. */
export const ownColumns = rowColumns.filter(isOwn);
/** Those of sums that add up. */
export const addedColumns = Object.keys(added) as (keyof typeof added)[];
export const sumColumns: readonly (keyof UsageSum)[] = [
  'period',
  'start',
  'model',
  'client',
  ...addedColumns,
  'first_at',
  'last_at',
];

function isOwn(name: keyof AccessRow): name is Exclude<keyof AccessRow, keyof AccessKind> {
  return !(kindColumns as readonly string[]).includes(name);
}
