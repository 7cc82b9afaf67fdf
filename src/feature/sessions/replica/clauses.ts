import type { TimeRange } from '../../../core/sessions.ts';
import type { Value, Values } from '../../../state/shared-state.ts';
import type { Order } from '../page-cursor.ts';

/** Conditions of a statement in the SQL that SQLite and PostgreSQL share, and their parameters. */
export interface Clauses {
  conditions: readonly string[];
  values: Values;
}

export function joined(clauses: readonly Clauses[]): Clauses {
  return {
    conditions: clauses.flatMap(({ conditions }) => conditions),
    values: Object.fromEntries(clauses.flatMap(({ values }) => Object.entries(values))),
  };
}

const nothing: Clauses = { conditions: [], values: {} };

/** No condition where there is no value. */
export function isEqual(column: string, value: Value | undefined): Clauses {
  return value === undefined
    ? nothing
    : { conditions: [`${column} = @${nameOf(column)}`], values: { [nameOf(column)]: value } };
}

/** No condition where there is no list. */
export function isOneOf(column: string, list: readonly string[] | undefined): Clauses {
  if (list === undefined) return nothing;
  const values = Object.fromEntries(list.map((value, index) => [`${nameOf(column)}${index}`, value]));
  const names = Object.keys(values).map((name) => `@${name}`);
  // An empty list is no SQL.
  return { conditions: [names.length === 0 ? '1 = 0' : `${column} IN (${names.join(', ')})`], values };
}

const comparisons = { after: '>', from: '>=', before: '<', until: '<=' } as const;

/** What has no time is not within bounds. */
export function isWithin(column: string, range: TimeRange): Clauses {
  const bounds = Object.entries(range) as [keyof TimeRange, number][];
  return {
    conditions: bounds.map(([bound]) => `${column} ${comparisons[bound]} @${bound}`),
    values: Object.fromEntries(bounds),
  };
}

/** Everything where there is no place. */
export function isBehind(
  columns: readonly [string, string],
  place: readonly [number, number | string] | undefined,
  order: Order,
): Clauses {
  if (place === undefined) return nothing;
  const comparison = order === 'asc' ? '>' : '<';
  return {
    conditions: [`(${columns.join(', ')}) ${comparison} (@place0, @place1)`],
    values: { place0: place[0], place1: place[1] },
  };
}

/** Without its table. */
function nameOf(column: string): string {
  return column.slice(column.lastIndexOf('.') + 1);
}
