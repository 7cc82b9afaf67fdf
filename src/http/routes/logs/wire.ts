import type { AccessRow } from '../../../feature/access/access-row.ts';
import type { LiveAccess } from '../../../feature/access/live-feed.ts';
import { rowColumns } from '../../../feature/access/columns.ts';
import type { StreamFormat } from '../../../core/stream-format.ts';
import { toNamedFrame } from '../../../core/stream-format.ts';
import { toCsvCell } from '../../../util/csv-cell.ts';
import type { WireAccess } from './log-schema.ts';

export const liveEvents: StreamFormat = { toFrame: toNamedFrame, keepAlive: ': keep-alive\n\n', end: '' };

export function toTime(ms: number): string {
  return new Date(ms).toISOString();
}

export function toWireAccess(row: AccessRow): WireAccess {
  const own: Record<string, unknown> = {};
  for (const name of rowColumns) own[name] = row[name];
  return {
    ...(own as unknown as AccessRow),
    timestamp: toTime(row.timestamp),
    streaming: row.streaming === 1,
    background: row.background === 1,
  };
}

export function toWireLive(event: LiveAccess): object {
  return event.type === 'request' ? { type: event.type, ...toWireAccess(event.row) } : event;
}

/** One object a line. */
export function toJsonLines(rows: readonly WireAccess[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** As RFC 4180 has it, with a line of names first. */
export function toCsv(rows: readonly WireAccess[]): string {
  const lines = [rowColumns.join(','), ...rows.map((row) => rowColumns.map((name) => toCsvCell(row[name])).join(','))];
  return lines.map((line) => `${line}\r\n`).join('');
}
