import { rowColumns } from '../../feature/access/columns.ts';
import { toCsvCell } from '../../util/csv-cell.ts';
import { toTextTable } from '../text-table.ts';
import { textTitles, titles, toCells, type LogEntry } from './entry.ts';

export type LogFormat = 'table' | 'json' | 'csv';

/** Prints requests as they come, those that there are first. */
export interface LogPrinter {
  begin: (entries: readonly LogEntry[]) => void;
  add: (entry: LogEntry) => void;
  /** Requests that were finished and can't be shown. */
  addMissed: (count: number) => void;
}

export function createPrinter(format: LogFormat, print: (text: string) => void): LogPrinter {
  return { table: createTablePrinter, json: createJsonPrinter, csv: createCsvPrinter }[format](print);
}

function createTablePrinter(print: (text: string) => void): LogPrinter {
  let leastWidths: number[] = [];
  const printRows = (rows: readonly string[][]): void => {
    const { lines, widths } = toTextTable(rows, { textColumns: textTitles, leastWidths });
    leastWidths = widths;
    print(lines.map((line) => `${line.trimEnd()}\n`).join(''));
  };
  return {
    begin: (entries) => {
      printRows([titles, ...entries.map(toCells)]);
    },
    add: (entry) => {
      printRows([toCells(entry)]);
    },
    addMissed: (count) => {
      print(`(${count} requests are not shown, since they came faster than they were read)\n`);
    },
  };
}

/** An object a line. */
function createJsonPrinter(print: (text: string) => void): LogPrinter {
  const add = ({ type: _type, ...entry }: LogEntry): void => {
    print(`${JSON.stringify(entry)}\n`);
  };
  return {
    begin: (entries) => {
      entries.forEach(add);
    },
    add,
    addMissed: (count) => {
      print(`${JSON.stringify({ missed: count })}\n`);
    },
  };
}

/** With the columns of the service's own; it has no place for what was missed. */
function createCsvPrinter(print: (text: string) => void): LogPrinter {
  const add = (entry: LogEntry): void => {
    const cells = rowColumns.map((name) => toCsvCell((entry[name] ?? null) as string | number | boolean | null));
    print(`${cells.join(',')}\n`);
  };
  return {
    begin: (entries) => {
      print(`${rowColumns.join(',')}\n`);
      entries.forEach(add);
    },
    add,
    addMissed: () => undefined,
  };
}
