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
  /** What a reader must know to take the table rightly. */
  notes?: string[];
}

/** A line of the table; rows of one bench have the same columns. */
export type Row = Record<string, string | number>;

export interface Target {
  name: string;
  value: number;
  bound: 'at most' | 'at least';
  limit: number;
  unit: string;
  met: boolean;
}

export function atMost(name: string, value: number, limit: number, unit: string): Target {
  return { name, value, bound: 'at most', limit, unit, met: value <= limit };
}

export function atLeast(name: string, value: number, limit: number, unit: string): Target {
  return { name, value, bound: 'at least', limit, unit, met: value >= limit };
}

/** For a bench whose targets are only within reach where processes serve many turns. */
export const singleUseNote =
  'This CLI cannot be emptied after a turn, so that each process serves one: targets that need more are left out.';
