import { dayOf, kindValues } from './access-kind.ts';
import type { AccessRow } from './access-row.ts';
import type { AccessStatements } from './access-statements.ts';
import { ownColumns, sumColumns } from './columns.ts';
import { sumRows, type UsageSum } from './usage-sum.ts';

/** Writes rows, and what they add to counts and sums, within a transaction of the caller's. Gives what was added to sums. */
export function writeRows(statements: AccessStatements, rows: readonly AccessRow[]): readonly UsageSum[] {
  const { insert, addCount, addSum } = statements;
  // Not longer than this: kinds that nothing is left of are deleted, also by another service.
  const kinds = new Map<string, number>();
  const counts = new Map<string, [day: number, kind: number, requests: number]>();
  for (const row of rows) {
    const kind = kindOf(row, statements, kinds);
    insert.run(kind, ...ownColumns.map((name) => row[name]));
    const day = dayOf(row.timestamp);
    const count = counts.get(`${day} ${kind}`);
    if (count === undefined) counts.set(`${day} ${kind}`, [day, kind, 1]);
    else count[2] += 1;
  }
  for (const count of counts.values()) addCount.run(...count);
  const sums = sumRows(rows);
  for (const sum of sums) addSum.run(...sumColumns.map((name) => sum[name]));
  return sums;
}

function kindOf(row: AccessRow, { findKind, addKind }: AccessStatements, known: Map<string, number>): number {
  const values = kindValues(row);
  const key = JSON.stringify(values);
  let id = known.get(key);
  id ??= (findKind.get(...values) ?? addKind.get(...values)) as number;
  known.set(key, id);
  return id;
}
