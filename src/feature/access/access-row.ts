import type { JournalEntry } from '../../core/journal.ts';
import type { PricedTokens, PriceOf } from '../../core/prices.ts';

/**
 * What is kept of a finished request for an answer: who asked, how it went and what it took; nothing of what was asked
 * or answered. Null is what does not apply or is not known. Lengths of time are in milliseconds.
 */
export interface AccessRow {
  request_id: string;
  /** When it arrived, in milliseconds since the epoch. */
  timestamp: number;
  client: string | null;
  user_agent: string | null;
  client_ip: string | null;
  endpoint: string;
  dialect: string;
  /** As it was asked for. */
  model: string;
  /** That answered, by the API's word. */
  served_model: string | null;
  backend: string | null;
  streaming: 0 | 1;
  background: 0 | 1;
  status_code: number;
  error_code: string | null;
  finish_reason: string | null;
  queue_ms: number | null;
  first_token_ms: number | null;
  duration_ms: number;
  /** Of the prompt, without the cached ones. */
  tokens_input: number;
  tokens_output: number;
  cache_read_tokens: number;
  cache_write_5m_tokens: number;
  cache_write_1h_tokens: number;
  /** Among those of the output. */
  tokens_thinking: number;
  /** What the tokens would cost by the API; null where the model has no price, or not this one. */
  cost_usd: number | null;
  tool_calls: number;
  session: string | null;
  /** What the cache of answers said; null where none was asked. */
  cache: string | null;
}

/** What the tokens of a request would cost by the API, in USD; undefined where the model has no price, or not this one. */
export function costOf(entry: JournalEntry, priceOf: PriceOf): number | undefined {
  const { served, isSpeciallyPriced = false } = entry;
  return served === undefined || isSpeciallyPriced ? undefined : priceOf(served, tokensOf(entry));
}

function tokensOf(entry: JournalEntry): PricedTokens {
  const { tokensIn = 0, tokensCached = 0, tokensCachedFor5Minutes = 0, tokensCachedForHour = 0 } = entry;
  return {
    input: tokensIn - tokensCached - tokensCachedFor5Minutes - tokensCachedForHour,
    output: entry.tokensOut ?? 0,
    cacheRead: tokensCached,
    cacheWrite5m: tokensCachedFor5Minutes,
    cacheWrite1h: tokensCachedForHour,
  };
}

export function toAccessRow(entry: JournalEntry, priceOf: PriceOf): AccessRow {
  const tokens = tokensOf(entry);
  return {
    request_id: entry.requestId,
    timestamp: entry.arrivedAt,
    client: entry.client ?? null,
    user_agent: entry.userAgent ?? null,
    client_ip: entry.address ?? null,
    endpoint: entry.route,
    dialect: entry.dialect,
    model: entry.model,
    served_model: entry.served ?? null,
    backend: entry.backend ?? null,
    streaming: entry.stream ? 1 : 0,
    background: entry.background ? 1 : 0,
    status_code: entry.status,
    error_code: entry.error?.code ?? null,
    finish_reason: entry.finish ?? null,
    queue_ms: entry.queueMs ?? null,
    first_token_ms: entry.firstTokenMs ?? null,
    duration_ms: entry.totalMs,
    tokens_input: tokens.input,
    tokens_output: tokens.output,
    cache_read_tokens: tokens.cacheRead,
    cache_write_5m_tokens: tokens.cacheWrite5m,
    cache_write_1h_tokens: tokens.cacheWrite1h,
    tokens_thinking: entry.tokensThinking ?? 0,
    cost_usd: costOf(entry, priceOf) ?? null,
    tool_calls: entry.toolCalls,
    session: entry.session ?? null,
    cache: entry.cache ?? null,
  };
}
