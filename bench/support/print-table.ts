import type { BenchResult, Row, Target } from './bench.ts';

export function printResult(name: string, { rows, targets, notes = [] }: BenchResult): void {
  console.log(`\n${name}\n`);
  printRows(rows);
  console.log('');
  for (const target of targets) console.log(`  ${describe(target)}`);
  for (const note of notes) console.log(`  ${note}`);
}

function printRows(rows: Row[]): void {
  const columns = Object.keys(rows[0] ?? {});
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '')))];
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => line[at]?.length ?? 0)));
  for (const line of cells) {
    const padded = line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)));
    console.log(`  ${padded.join('   ')}`);
  }
}

function describe({ met, name, value, bound, limit, unit }: Target): string {
  return `${met ? 'pass' : 'MISS'}  ${name}: ${value.toFixed(1)} ${unit}, ${bound} ${limit.toFixed(1)} ${unit}`;
}
