import { distance } from 'fastest-levenshtein';

/** Of `candidates`, of which there is at least one, the one with the least edits; the first among equals. */
export function nearestOf(
  name: string,
  candidates: readonly string[],
  edits: (name: string, candidate: string) => number = distance,
): string {
  // Longer than any key: the rest could not change the order.
  const short = name.slice(0, 100);
  const scored = candidates.map((candidate) => ({ candidate, edits: edits(short, candidate) }));
  return scored.reduce((best, next) => (next.edits < best.edits ? next : best)).candidate;
}
