import type { Cleanup } from '../../test/support/cleanup.ts';

/** One question put to the harness, answered by a table. */
export type Bench = (run: BenchRun) => Promise<BenchResult>;

export interface BenchRun {
  /** Few rounds: enough to see that the bench works, too few to believe its numbers. */
  quick: boolean;
  /** Ends what the bench has started. */
  cleanup: Cleanup;
  progress: (text: string) => void;
}

export interface BenchResult {
  rows: Row[];
  targets: Target[];
}

/** A line of the table; rows of one bench have the same columns. */
export type Row = Record<string, string | number>;

export interface Target {
  name: string;
  value: number;
  limit: number;
  unit: string;
  met: boolean;
}

export function atMost(name: string, value: number, limit: number, unit: string): Target {
  return { name, value, limit, unit, met: value <= limit };
}
