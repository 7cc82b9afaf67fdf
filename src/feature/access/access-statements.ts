import type { StateDatabase } from '../../state/database.ts';
import { kindColumns } from './access-kind.ts';
import { addedColumns, ownColumns, sumColumns } from './columns.ts';

/** What writes. Values are bound by their place, in the order of the columns: names would take three times as long. */
export function prepareStatements(database: StateDatabase) {
  const insertInto = (table: string, columns: readonly string[]): string =>
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
  const added = addedColumns.map((name) => `${name} = ${name} + excluded.${name}`).join(', ');
  return {
    insert: database.prepare(insertInto('access_log', ['kind', ...ownColumns])),
    findKind: database
      .prepare(`SELECT id FROM access_kinds WHERE ${kindColumns.map((name) => `${name} = ?`).join(' AND ')}`)
      .pluck(),
    addKind: database.prepare(`${insertInto('access_kinds', kindColumns)} RETURNING id`).pluck(),
    // Added and not set: during an update two services count.
    addCount: database.prepare(
      `${insertInto('access_counts', ['day', 'kind', 'requests'])}
       ON CONFLICT DO UPDATE SET requests = requests + excluded.requests`,
    ),
    addSum: database.prepare(
      `${insertInto('usage_sums', sumColumns)} ON CONFLICT DO UPDATE SET ${added},
         first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at)`,
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
      'DELETE FROM access_counts WHERE (day, kind) IN (SELECT day, kind FROM access_counts WHERE day < ? LIMIT ?)',
    ),
    deleteKinds: database.prepare(
      `DELETE FROM access_kinds WHERE id IN (
         SELECT id FROM access_kinds WHERE NOT EXISTS (SELECT 1 FROM access_counts WHERE kind = id)
           AND NOT EXISTS (SELECT 1 FROM access_log WHERE kind = access_kinds.id) LIMIT ?)`,
    ),
    // For the same reason as above.
    summary: database.prepare(
      `SELECT coalesce((SELECT max(id) FROM access_log) - (SELECT min(id) FROM access_log) + 1, 0) AS rows,
         (SELECT min(timestamp) FROM access_log) AS oldest, (SELECT max(timestamp) FROM access_log) AS newest`,
    ),
  };
}

export type AccessStatements = ReturnType<typeof prepareStatements>;
