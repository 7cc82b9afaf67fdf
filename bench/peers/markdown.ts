import type { Row } from '../support/bench.ts';
import { behaviours, type BehaviourResult } from './behave.ts';

/** Rows of the same columns as a table. */
export function toTable(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  return [
    line(columns),
    line(columns.map((_, at) => (at === 0 ? '---' : '--:'))),
    ...rows.map((row) => line(columns.map((column) => String(row[column] ?? '')))),
  ].join('\n');
}

/** A column for each candidate. */
export function behaviourTable(results: ReadonlyMap<string, readonly BehaviourResult[]>): string {
  const names = [...results.keys()];
  const rows = behaviours.map(({ name }, at) =>
    line([name, ...names.map((candidate) => cell(results.get(candidate)?.[at]))]),
  );
  return [line(['behaviour', ...names]), line(['---', ...names.map(() => '---')]), ...rows].join('\n');
}

function cell(result: BehaviourResult | undefined): string {
  return result === undefined ? '' : `**${result.ok ? 'yes' : 'no'}**: ${result.note}`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
}
