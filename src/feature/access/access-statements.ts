import type { StateDatabase } from '../../state/database.ts';
import { addedColumns, rowColumns, sumColumns } from './columns.ts';
import { countColumns } from './request-count.ts';

/** What writes. Values are bound by their place, in the order of the columns: names would take three times as long. */
export function prepareStatements(database: StateDatabase) {
  const insertInto = (table: string, columns: readonly string[]): string =>
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
  const added = addedColumns.map((name) => `${name} = ${name} + excluded.${name}`).join(', ');
  return {
    insert: database.prepare(insertInto('access_log', rowColumns)),
    // Added and not set: during an update two services count.
    addSum: database.prepare(
      `${insertInto('usage_sums', sumColumns)} ON CONFLICT DO UPDATE SET ${added},
         first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at)`,
    ),
    addCount: database.prepare(
      `${insertInto('access_counts', countColumns)} ON CONFLICT DO UPDATE SET requests = requests + excluded.requests`,
    ),
    deleteExpired: database.prepare(
      'DELETE FROM access_log WHERE id IN (SELECT id FROM access_log WHERE timestamp < ? ORDER BY timestamp LIMIT ?)',
    ),
    // By the ids, which are consecutive but for what went before: to count a million rows would take too long.
    deleteExcess: database.prepare(
      `DELETE FROM access_log WHERE id IN (
         SELECT id FROM access_log WHERE id <= (SELECT max(id) FROM access_log) - ? ORDER BY id LIMIT ?)`,
    ),
    deleteSums: database.prepare(
      `DELETE FROM usage_sums WHERE (period, start, model, client) IN (
         SELECT period, start, model, client FROM usage_sums WHERE period = ? AND start < ? LIMIT ?)`,
    ),
    deleteCounts: database.prepare(
      `DELETE FROM access_counts
       WHERE (status_code, error_code, start, client, model, served_model, endpoint) IN (
         SELECT status_code, error_code, start, client, model, served_model, endpoint FROM access_counts
         WHERE start < ? LIMIT ?)`,
    ),
    // For the same reason.
    summary: database.prepare(
      `SELECT coalesce((SELECT max(id) FROM access_log) - (SELECT min(id) FROM access_log) + 1, 0) AS rows,
         (SELECT min(timestamp) FROM access_log) AS oldest, (SELECT max(timestamp) FROM access_log) AS newest`,
    ),
  };
}
