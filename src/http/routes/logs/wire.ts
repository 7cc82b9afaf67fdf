import type { AccessRow } from '../../../feature/access/access-row.ts';
import type { LiveAccess } from '../../../feature/access/live-feed.ts';
import { rowColumns } from '../../../feature/access/columns.ts';
import type { StreamFormat } from '../../../core/stream-format.ts';
import { toNamedFrame } from '../../../core/stream-format.ts';
import type { WireAccess } from './log-schema.ts';

export const liveEvents: StreamFormat = { toFrame: toNamedFrame, keepAlive: ': keep-alive\n\n', end: '' };

export function toTime(ms: number): string {
  return new Date(ms).toISOString();
}

export function toWireAccess(row: AccessRow): WireAccess {
  const entries = rowColumns.map((name) => [name, row[name]]);
  return {
    ...(Object.fromEntries(entries) as AccessRow),
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
  const lines = [rowColumns.join(','), ...rows.map((row) => rowColumns.map((name) => toCell(row[name])).join(','))];
  return lines.map((line) => `${line}\r\n`).join('');
}

/** Spreadsheets take text that begins in certain ways for a formula, and clients choose some of it. */
function toCell(value: string | number | boolean | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
