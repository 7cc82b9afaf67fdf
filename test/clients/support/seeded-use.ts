import { join } from 'node:path';
import { createPriceOf } from '../../../src/core/prices.ts';
import { listPrices } from '../../../src/core/list-prices.ts';
import { createAccessStore } from '../../../src/feature/access/access-store.ts';
import type { AccessRow } from '../../../src/feature/access/access-row.ts';
import { StateFile } from '../../../src/state/state-file.ts';
import { memoryLog } from '../../support/memory-log.ts';

const hourMs = 3_600_000;
const clients = ['open-webui', 'home-assistant', 'codex', 'n8n'];
const models = ['claude-sonnet-4-5', 'claude-haiku-4-5', 'claude-opus-4-5'];

/** Writes a month of a household's use into the state file of a service that does not run yet. The same each time. */
export function seedUse(home: string, now: number): void {
  const file = new StateFile({ path: join(home, 'state/state.db'), log: memoryLog(), now: () => now });
  const store = createAccessStore(file, { keepMs: 90 * 24 * hourMs, maxRows: 100_000, now: () => now });
  store.add(rowsUntil(now));
  file.close();
}

function rowsUntil(now: number): AccessRow[] {
  const priceOf = createPriceOf(listPrices);
  const random = numbers();
  return Array.from({ length: 30 * 24 }, (_, hour) => now - (30 * 24 - hour) * hourMs).flatMap((start) => {
    // At night nobody asks.
    const clock = new Date(start).getHours();
    const requests = clock < 7 ? 0 : Math.floor(random() * (clock > 17 ? 9 : 5));
    return Array.from({ length: requests }, (_, index) => {
      const timestamp = Math.round(start + random() * hourMs);
      const model = pick(models, random());
      const failed = random() < 0.04;
      const [input, cacheRead, output] = [200 + random() * 2000, random() * 9000, failed ? 0 : 50 + random() * 900];
      const tokens = {
        input: Math.round(input),
        output: Math.round(output),
        cacheRead: Math.round(cacheRead),
        cacheWrite5m: 0,
        cacheWrite1h: 0,
      };
      return {
        request_id: `req_${timestamp}_${index}`,
        timestamp,
        client: pick(clients, random()),
        user_agent: null,
        client_ip: '127.0.0.1',
        endpoint: '/v1/chat/completions',
        dialect: 'openai',
        model,
        served_model: model,
        backend: 'cli',
        streaming: 1,
        background: 0,
        status_code: failed ? 503 : 200,
        error_code: failed ? 'OVERLOADED' : null,
        finish_reason: failed ? null : 'end_turn',
        queue_ms: Math.round(random() * 5),
        first_token_ms: Math.round(400 + random() * 900),
        duration_ms: Math.round(1500 + random() * 9000),
        tokens_input: tokens.input,
        tokens_output: tokens.output,
        cache_read_tokens: tokens.cacheRead,
        cache_write_5m_tokens: 0,
        cache_write_1h_tokens: 0,
        tokens_thinking: 0,
        cost_usd: priceOf(model, tokens) ?? null,
        tool_calls: 0,
        session: null,
        cache: null,
      } satisfies AccessRow;
    });
  });
}

function pick(names: readonly string[], share: number): string {
  // The first ones more often than the last.
  return names[Math.floor(share * share * names.length)] ?? '';
}

/** Numbers from 0 to 1 that look random and are the same each time (mulberry32). */
function numbers(): () => number {
  let state = 7;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
