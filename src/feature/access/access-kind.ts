import type { AccessRow } from './access-row.ts';

/** What requests have in common that can be asked for; `''` where a row has null. */
export interface AccessKind {
  client: string;
  model: string;
  served_model: string;
  endpoint: string;
  status_code: number;
  error_code: string;
}

/** The table's columns; the compiler sees that none is missing. */
const columns: Readonly<Record<keyof AccessKind, true>> = {
  client: true,
  model: true,
  served_model: true,
  endpoint: true,
  status_code: true,
  error_code: true,
};

export const kindColumns = Object.keys(columns) as (keyof AccessKind)[];

const dayMs = 24 * 60 * 60 * 1000;

/** The day of UTC, in which requests of a kind are counted: its start in milliseconds since the epoch. */
export function dayOf(timestamp: number): number {
  return Math.floor(timestamp / dayMs) * dayMs;
}

export function nextDay(day: number): number {
  return day + dayMs;
}

/** In the order of the columns. */
export function kindValues(row: AccessRow): (string | number)[] {
  return kindColumns.map((name) => row[name] ?? '');
}
