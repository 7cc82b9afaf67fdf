import { memoizePerConnection } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';
import { createBreather } from '../../util/breather.ts';
import { kindCondition, type AccessFilter, type TimeSpan } from './access-filter.ts';
import { dayOf, nextDay } from './access-kind.ts';

export type Order = 'asc' | 'desc';

/** A time in which there may be rows that are meant, and how they are found best. */
export interface Stretch extends TimeSpan {
  /** Those that are meant and that there are; absent where all are meant. */
  kinds?: readonly number[];
  /** So few that they are looked up kind by kind and put in order; others are met soon among all rows of the time. */
  isRare?: boolean;
}

/** Up to so many rows of a day are put in order anew for each portion. */
const maxRareRows = 5000;

/** In order: the whole time where any row is meant, else the days in which such requests were counted. */
export async function* stretchesWithRows(
  stateFile: StateFile,
  filter: AccessFilter,
  order: Order,
): AsyncGenerator<Stretch> {
  const { from, until } = filter;
  const condition = kindCondition(filter);
  if (condition === undefined) {
    yield { from, until };
    return;
  }
  const select = memoizePerConnection((database) => ({
    dayBefore: database.prepare('SELECT max(day) FROM access_counts WHERE day < ?').pluck(),
    dayFrom: database.prepare('SELECT min(day) FROM access_counts WHERE day >= ?').pluck(),
    kinds: database
      .prepare(
        `SELECT kind, requests FROM access_counts CROSS JOIN access_kinds ON id = kind
         WHERE day = ? AND ${condition.sql}`,
      )
      .raw(),
  }));
  const nextCounted = (edge: number) =>
    stateFile.read((database) => {
      const { dayBefore, dayFrom } = select(database);
      return (order === 'asc' ? dayFrom.get(dayOf(edge)) : dayBefore.get(edge)) as number | null;
    });
  const countsOf = (day: number) =>
    stateFile.read((database) => select(database).kinds.all(day, ...condition.values) as unknown as [number, number][]);

  const breathe = createBreather();
  let day = nextCounted(order === 'asc' ? from : until);
  while (day !== null && day < until && nextDay(day) > from) {
    const counts = countsOf(day);
    if (counts.length > 0) {
      const rows = counts.reduce((sum, [, requests]) => sum + requests, 0);
      yield {
        from: Math.max(from, day),
        until: Math.min(until, nextDay(day)),
        kinds: counts.map(([kind]) => kind),
        isRare: rows <= maxRareRows,
      };
    }
    await breathe();
    day = nextCounted(order === 'asc' ? nextDay(day) : day);
  }
}
