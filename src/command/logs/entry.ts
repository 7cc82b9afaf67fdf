import * as z from 'zod';
import { withoutControls } from '../agent/without-controls.ts';

/** A finished request, as far as the table and the filters need it; the service's answer has more. */
export const logEntry = z.looseObject({
  request_id: z.string(),
  timestamp: z.string(),
  client: z.string().nullable(),
  endpoint: z.string(),
  model: z.string(),
  served_model: z.string().nullable(),
  status_code: z.number(),
  error_code: z.string().nullable(),
  first_token_ms: z.number().nullable(),
  duration_ms: z.number(),
  tokens_input: z.number(),
  tokens_output: z.number(),
  cache_read_tokens: z.number(),
  cache_write_5m_tokens: z.number(),
  cache_write_1h_tokens: z.number(),
  cost_usd: z.number().nullable(),
});

export type LogEntry = z.infer<typeof logEntry>;

export interface LogFilter {
  model?: string | undefined;
  client?: string | undefined;
  /** Such as `429` or `5xx`. */
  status?: string | undefined;
  /** A code, or `any`. */
  error?: string | undefined;
}

/** The same as the service's own filters, for its stream, which has none. */
export function isMeant(entry: LogEntry, { model, client, status, error }: LogFilter): boolean {
  const { error_code: code, status_code: sent } = entry;
  return (
    (model === undefined || entry.model === model || entry.served_model === model) &&
    (client === undefined || entry.client === client) &&
    (status === undefined || new RegExp(`^${status.replace('xx', '\\d\\d')}$`).test(String(sent))) &&
    (error === undefined || (error === 'any' ? code !== null : code === error.toUpperCase()))
  );
}

export const titles = ['time', 'client', 'path', 'model', 'error', 'status', 'first ms', 'ms', 'in', 'out', 'USD'];
/** Of the titles, from the left. */
export const textTitles = 5;

/** Cells below the titles. The time is in the time zone of the reader; tokens of the prompt include cached ones. */
export function toCells(entry: LogEntry): string[] {
  const prompt =
    entry.tokens_input + entry.cache_read_tokens + entry.cache_write_5m_tokens + entry.cache_write_1h_tokens;
  const texts = [entry.client ?? '', entry.endpoint, entry.served_model ?? entry.model, entry.error_code ?? ''];
  const first = entry.first_token_ms === null ? '' : Math.round(entry.first_token_ms).toLocaleString('en-US');
  return [
    new Date(entry.timestamp).toLocaleString('sv-SE'),
    ...texts.map(withoutControls),
    String(entry.status_code),
    first,
    ...[Math.round(entry.duration_ms), prompt, entry.tokens_output].map((count) => count.toLocaleString('en-US')),
    entry.cost_usd?.toFixed(4) ?? '',
  ];
}
