import { z } from 'zod';
import { groupings } from './query-schema.ts';

const count = z.int().nonnegative();
const time = z.iso.datetime();
const ms = z.number().nonnegative();
const usd = z.number().nonnegative();
const listPrice = 'What the same tokens cost by the API at list prices; no bill.';

export const accessEntry = z.object({
  request_id: z.string(),
  timestamp: time.describe('When the request arrived.'),
  client: z
    .string()
    .nullable()
    .describe('The token’s name, or `token 1`; without tokens the name that the client gives itself.'),
  user_agent: z.string().nullable(),
  client_ip: z.string().nullable(),
  endpoint: z.string(),
  dialect: z.string(),
  model: z.string().describe('As it was asked for.'),
  served_model: z.string().nullable(),
  backend: z.string().nullable(),
  streaming: z.boolean(),
  background: z.boolean(),
  status_code: count,
  error_code: z.string().nullable(),
  finish_reason: z.string().nullable(),
  queue_ms: ms.nullable(),
  first_token_ms: ms.nullable(),
  duration_ms: ms,
  tokens_input: count.describe('Of the prompt, without the cached ones.'),
  tokens_output: count,
  cache_read_tokens: count,
  cache_write_5m_tokens: count,
  cache_write_1h_tokens: count,
  tokens_thinking: count.describe('Among those of the output.'),
  cost_usd: usd.nullable().describe(`${listPrice} Null where the model has no known price.`),
  tool_calls: count,
  session: z.string().nullable(),
  cache: z.string().nullable(),
});

export const logPage = z.object({
  results: z.array(accessEntry),
  limit: count,
  count,
  order: z.enum(['asc', 'desc']),
  cursor: z.string().nullable(),
  next_cursor: z.string().nullable(),
  has_more: z.boolean(),
  query_time: z.number().describe('Seconds.'),
  backend: z.literal('sqlite'),
});

export const liveRequest = z.object({ type: z.literal('request'), ...accessEntry.shape });
export const liveMissed = z
  .object({ type: z.literal('missed'), count })
  .describe('Requests that this watcher missed, since it read too slowly.');

export const logStatus = z.object({
  enabled: z.boolean(),
  backend: z.literal('sqlite'),
  rows: count,
  oldest: time.nullable(),
  newest: time.nullable(),
  pending: count.describe('Requests that wait to be written.'),
  dropped: count.describe('Requests since the start that could not be written.'),
  keep_seconds: count,
  max_rows: count,
});

const sums = {
  requests: count,
  failed: count,
  tokens_input: count,
  tokens_output: count,
  cache_read_tokens: count,
  cache_write_5m_tokens: count,
  cache_write_1h_tokens: count,
  tokens_thinking: count,
  tokens_total: count,
  cost_usd: usd.describe(listPrice),
  unpriced_requests: count.describe('Requests with tokens that have no known price, and are not in `cost_usd`.'),
};

const percentiles = z
  .object({ p50: ms.nullable(), p95: ms.nullable() })
  .describe('Exact, by the nearest rank, of the sampled requests that have this time.');

export const logStats = z.object({
  start_time: time,
  end_time: time,
  requests: count,
  failed: count,
  by_status: z.record(z.string(), count),
  by_error: z.record(z.string(), count),
  latency: z.object({
    sampled: count.describe(
      'How many requests the times are of: the newest 2,000 that match, or all of them where there are fewer.',
    ),
    queue_ms: percentiles,
    first_token_ms: percentiles,
    duration_ms: percentiles,
  }),
});

const group = z.object({
  start: time.exactOptional().describe('Of a day, an hour or a block.'),
  end: time.exactOptional().describe('Of a block.'),
  model: z.string().nullable().exactOptional(),
  client: z.string().nullable().exactOptional(),
  is_active: z.boolean().exactOptional(),
  first_request: time,
  last_request: time,
  ...sums,
  burn_rate: z.object({ tokens_per_minute: z.number(), cost_per_hour_usd: z.number() }).exactOptional(),
  projection: z
    .object({ tokens_total: count, cost_usd: usd })
    .exactOptional()
    .describe('What the active block will have taken at its end at this rate.'),
});

export const usageReport = z.object({
  object: z.literal('usage'),
  by: z.enum(groupings),
  start_time: time,
  end_time: time,
  scope: z
    .enum(['machine', 'all'])
    .describe('`all`: what went through all machines that share the database; `machine`: through this one alone.'),
  incomplete: z
    .string()
    .exactOptional()
    .describe('Why it is of this machine alone, though there is a database: that can’t be used just now.'),
  prices: z.object({ currency: z.literal('USD'), as_of: z.iso.date(), note: z.string() }),
  data: z.array(group),
  total: z.object(sums),
});

export type WireAccess = z.infer<typeof accessEntry>;
export type WireLogPage = z.infer<typeof logPage>;
export type WireLogStatus = z.infer<typeof logStatus>;
export type WireLogStats = z.infer<typeof logStats>;
export type WireUsageGroup = z.infer<typeof group>;
export type WireUsageReport = z.infer<typeof usageReport>;
