import type { TimeRange } from '../../core/sessions.ts';

/** The parameters of `inTimeRange`. */
export function timeParameters({ after, from, before, until }: TimeRange) {
  return { after: after ?? null, from: from ?? null, before: before ?? null, until: until ?? null };
}

/** SQL: whether a column is within the bounds of a `TimeRange`. */
export function inTimeRange(column: string): string {
  return `(@after IS NULL OR ${column} > @after) AND (@from IS NULL OR ${column} >= @from)
    AND (@before IS NULL OR ${column} < @before) AND (@until IS NULL OR ${column} <= @until)`;
}

export function isBounded({ after, from, before, until }: TimeRange): boolean {
  return [after, from, before, until].some((bound) => bound !== undefined);
}
