export interface TableOptions {
  /** Of columns that are text, from the left; the others are numbers, which stand at the right of theirs. */
  textColumns: number;
  /** Of the columns, in characters; what is longer widens a column. */
  leastWidths?: readonly number[];
}

export interface TextTable {
  lines: string[];
  widths: number[];
}

/** Rows as lines in which columns stand below each other. */
export function toTextTable(rows: readonly string[][], { textColumns, leastWidths = [] }: TableOptions): TextTable {
  const widthOf = (column: number): number =>
    rows.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), leastWidths[column] ?? 0);
  const widths = rows[0]?.map((_, column) => widthOf(column)) ?? [...leastWidths];
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column < textColumns ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
  return { lines, widths };
}
