import type { AccessRow } from './access-row.ts';
import { startOf } from './usage-sum.ts';

/** How many requests of one kind arrived within an hour, by all that can be asked for; `''` where a row has null. */
export interface RequestCount {
  /** In milliseconds since the epoch. */
  start: number;
  client: string;
  model: string;
  served_model: string;
  endpoint: string;
  status_code: number;
  error_code: string;
  requests: number;
}

/** The table's columns; the compiler sees that none is missing. */
const columns: Readonly<Record<keyof RequestCount, true>> = {
  start: true,
  client: true,
  model: true,
  served_model: true,
  endpoint: true,
  status_code: true,
  error_code: true,
  requests: true,
};

export const countColumns = Object.keys(columns) as (keyof RequestCount)[];

export function countRows(rows: readonly AccessRow[]): RequestCount[] {
  const counts = new Map<string, RequestCount>();
  for (const { timestamp, client, model, served_model, endpoint, status_code, error_code } of rows) {
    const start = startOf('hour', timestamp);
    const key = JSON.stringify([start, client, model, served_model, endpoint, status_code, error_code]);
    const known = counts.get(key);
    if (known !== undefined) {
      known.requests += 1;
      continue;
    }
    counts.set(key, {
      ...{ start, model, endpoint, status_code, requests: 1 },
      client: client ?? '',
      served_model: served_model ?? '',
      error_code: error_code ?? '',
    });
  }
  return [...counts.values()];
}
