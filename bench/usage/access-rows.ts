import { listPrices } from '../../src/core/list-prices.ts';
import { createPriceOf } from '../../src/core/prices.ts';
import type { AccessRow } from '../../src/feature/access/access-row.ts';
import { Random } from '../soak/random.ts';

type Choices<T> = readonly [T, ...T[]];

const clients = ['kitchen', 'desk', 'phone', 'home-assistant', 'batch', 'guest'] as const;
const models = ['claude-opus-4-8', 'claude-sonnet-4-6', 'claude-haiku-4-5-20251001'] as const;
const endpoints: Choices<[endpoint: string, dialect: string]> = [
  ['/v1/messages', 'anthropic'],
  ['/v1/chat/completions', 'openai'],
  ['/v1/responses', 'responses'],
];
const failures: Choices<[status: number, code: string]> = [
  [429, 'QUEUE_FULL'],
  [504, 'TURN_TIMEOUT'],
  [499, 'ABORTED'],
];

export interface AccessRowsOptions {
  count: number;
  /** When the first and the last arrived, in milliseconds since the epoch. */
  from: number;
  until: number;
}

/** Requests of a busy house, evenly over a time, three in a hundred of which failed. The same ones each time. */
export function* accessRows({ count, from, until }: AccessRowsOptions): Generator<AccessRow> {
  const random = new Random(1);
  const priceOf = createPriceOf(listPrices);
  for (let n = 0; n < count; n += 1) {
    const model = random.pick(models);
    const [endpoint, dialect] = random.pick(endpoints);
    const failure = random.chance(0.03) ? random.pick(failures) : undefined;
    const tokens = {
      input: random.between(1, 3000),
      output: failure === undefined ? random.between(1, 2000) : 0,
      cacheRead: random.between(0, 50_000),
      cacheWrite5m: 0,
      cacheWrite1h: random.between(0, 5000),
    };
    yield {
      request_id: `req_${random.hex(32)}`,
      timestamp: Math.round(from + ((until - from) * n) / count),
      client: random.pick(clients),
      user_agent: 'OpenAI/JS 6.9.1',
      client_ip: '192.168.178.20',
      endpoint,
      dialect,
      model,
      served_model: failure === undefined ? model : null,
      backend: 'cli',
      streaming: 1,
      background: 0,
      status_code: failure?.[0] ?? 200,
      error_code: failure?.[1] ?? null,
      finish_reason: failure === undefined ? 'end_turn' : null,
      queue_ms: random.between(0, 500),
      first_token_ms: failure === undefined ? random.between(200, 3000) : null,
      duration_ms: random.between(500, 60_000),
      tokens_input: tokens.input,
      tokens_output: tokens.output,
      cache_read_tokens: tokens.cacheRead,
      cache_write_5m_tokens: tokens.cacheWrite5m,
      cache_write_1h_tokens: tokens.cacheWrite1h,
      tokens_thinking: 0,
      cost_usd: priceOf(model, tokens) ?? null,
      tool_calls: random.between(0, 3),
      session: null,
      cache: null,
    };
  }
}
