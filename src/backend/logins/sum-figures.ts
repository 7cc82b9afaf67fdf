import type { PoolFigures } from '../../core/pool-figures.ts';

/** The figures of several pools as if they were one. */
export function sumFigures(figures: readonly PoolFigures[]): PoolFigures {
  const sum = (read: (each: PoolFigures) => number): number => figures.reduce((total, each) => total + read(each), 0);
  return {
    processes: sumRecords(figures.map(({ processes }) => processes)),
    starts: sum(({ starts }) => starts),
    failedStarts: sum(({ failedStarts }) => failedStarts),
    uses: sum(({ uses }) => uses),
    ends: sumRecords(figures.map(({ ends }) => ends)),
  };
}

function sumRecords<Name extends string>(records: readonly Readonly<Record<Name, number>>[]): Record<Name, number> {
  const total: Partial<Record<Name, number>> = {};
  for (const record of records) {
    for (const [name, count] of Object.entries(record) as [Name, number][]) total[name] = (total[name] ?? 0) + count;
  }
  return total as Record<Name, number>;
}
