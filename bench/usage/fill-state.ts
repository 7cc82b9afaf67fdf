/** Fills the access log of a state file as a busy household would in three months, by SQL alone. */
import { DatabaseSync } from '@photostructure/sqlite';

const dayMs = 24 * 60 * 60 * 1000;

export interface Household {
  rows: number;
  days: number;
  clients: number;
  models: number;
  endpoints: number;
}

/** One in so many requests fails, with one of the codes. */
const failsOneIn = 33;

/** The file has been made by the program, which does not run now. Its tables are what its migrations say. */
export function fillState(path: string, { rows, days, clients, models, endpoints }: Household): void {
  const database = new DatabaseSync(path);
  const stepMs = (days * dayMs) / rows;
  try {
    database.exec(`
      PRAGMA cache_size = -200000;
      BEGIN;
      CREATE TEMP TABLE made AS
        WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${rows}),
        drawn AS MATERIALIZED (
          SELECT n, abs(random()) % ${clients} AS client, abs(random()) % ${models} AS model,
                 abs(random()) % ${endpoints} AS endpoint, abs(random()) % ${failsOneIn} AS luck,
                 abs(random()) % 3 AS failure
          FROM numbers)
        SELECT n, CAST(${Date.now()} - (${rows} - n) * ${stepMs} AS INTEGER) AS timestamp,
               'client ' || client AS client, 'model-' || model AS model,
               CASE luck WHEN 0 THEN '' ELSE 'claude-model-' || model END AS served_model,
               '/v1/endpoint-' || endpoint AS endpoint,
               CASE luck WHEN 0 THEN 429 + failure ELSE 200 END AS status_code,
               CASE luck WHEN 0 THEN 'FAILURE_' || failure ELSE '' END AS error_code
        FROM drawn;
      INSERT INTO access_kinds (client, model, served_model, endpoint, status_code, error_code)
        SELECT DISTINCT client, model, served_model, endpoint, status_code, error_code FROM made;
      INSERT INTO access_log (timestamp, kind, request_id, user_agent, client_ip, dialect, backend, streaming, background,
          finish_reason, queue_ms, first_token_ms, duration_ms, tokens_input, tokens_output, cache_read_tokens,
          cache_write_5m_tokens, cache_write_1h_tokens, tokens_thinking, cost_usd, tool_calls, session, cache)
        SELECT timestamp, id, 'req_' || hex(randomblob(16)), 'OpenAI/JS 6.49.0', '192.168.1.20', 'openai', 'cli', 1, 0,
          'end_turn', abs(random()) % 10, 300 + abs(random()) % 900, 1000 + abs(random()) % 20000, 500, 300, 20000,
          800, 0, 0, 0.0123, 0, NULL, NULL
        FROM made JOIN access_kinds USING (client, model, served_model, endpoint, status_code, error_code) ORDER BY n;
      INSERT INTO access_counts SELECT timestamp / ${dayMs} * ${dayMs}, kind, count(*) FROM access_log GROUP BY 1, 2;
      ${sums('hour', 60 * 60 * 1000, 'served_model', 'client')}
      ${sums('whole_hour', 60 * 60 * 1000, "''", "''")}
      ${sums('day', dayMs, 'served_model', 'client')}
      COMMIT;
      PRAGMA wal_checkpoint(TRUNCATE);
    `);
  } finally {
    database.close();
  }
}

/** Of periods of UTC, in which the bench's service runs. */
function sums(period: string, ms: number, model: string, client: string): string {
  return `INSERT INTO usage_sums
    SELECT '${period}', timestamp / ${ms} * ${ms}, ${model}, ${client}, count(*), sum(error_code <> ''),
      sum(tokens_input), sum(tokens_output), sum(cache_read_tokens), sum(cache_write_5m_tokens),
      sum(cache_write_1h_tokens), sum(tokens_thinking), sum(cost_usd), 0, min(timestamp), max(timestamp)
    FROM access_log JOIN access_kinds ON access_kinds.id = kind GROUP BY 2, 3, 4;`;
}
