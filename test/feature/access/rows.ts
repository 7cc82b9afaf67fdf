import type { AccessRow } from '../../../src/feature/access/access-row.ts';

export const base = Date.UTC(2026, 0, 2, 3, 4, 5);

/** A request that was answered. */
export function row(changes: Partial<AccessRow> = {}): AccessRow {
  return {
    request_id: 'req_1',
    timestamp: base,
    client: 'ada',
    user_agent: 'curl/8',
    client_ip: '127.0.0.1',
    endpoint: '/v1/messages',
    dialect: 'anthropic',
    model: 'haiku',
    served_model: 'claude-haiku-4-5',
    backend: 'cli',
    streaming: 1,
    background: 0,
    status_code: 200,
    error_code: null,
    finish_reason: 'end_turn',
    queue_ms: 0.5,
    first_token_ms: 20,
    duration_ms: 100,
    tokens_input: 10,
    tokens_output: 20,
    cache_read_tokens: 30,
    cache_write_5m_tokens: 4,
    cache_write_1h_tokens: 5,
    tokens_thinking: 6,
    cost_usd: 0.25,
    tool_calls: 1,
    session: null,
    cache: null,
    ...changes,
  };
}
