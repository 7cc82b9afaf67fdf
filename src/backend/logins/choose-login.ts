import { countsFor } from '../../core/counting-windows.ts';
import type { PlanWindow } from '../../core/plan-windows.ts';

/** What is known of a login. */
export interface LoginCandidate {
  name: string;
  /** Whether a turn would fail for lack of it. */
  isMissing: boolean;
  /** Whether no process can be started with it at present. */
  isFailing: boolean;
  /** When its plan serves the model again, in ms since the epoch; absent while it does. */
  limitedUntil?: number;
  /** Of its plan, as far as they are known. */
  windows: readonly PlanWindow[];
}

export interface WantedLogin {
  /** The full name of the model, as far as it is known. */
  model: string;
  /** The login that had the last turn of the conversation, whose prompt cache knows it. */
  last?: string;
}

/**
 * The logins in the order in which a turn should try them. Of those that would serve it: the one that had the conversation
 * last, then those with the most left of the window of which they have the least left. Then those that would not, those
 * that will soonest first. Of equals, the first stays first.
 */
export function chooseLogins<Candidate extends LoginCandidate>(
  candidates: readonly Candidate[],
  { model, last }: WantedLogin,
): Candidate[] {
  const ranked = candidates.map((candidate) => ({ candidate, rank: rankOf(candidate, model, last) }));
  return ranked.toSorted((a, b) => compare(a.rank, b.rank)).map(({ candidate }) => candidate);
}

/** The lower, the sooner; the second number decides between equal first ones. */
type Rank = readonly [number, number];

function rankOf(candidate: LoginCandidate, model: string, last: string | undefined): Rank {
  const { name, isMissing, isFailing, limitedUntil, windows } = candidate;
  if (isMissing) return [4, 0];
  if (limitedUntil !== undefined) return [3, limitedUntil];
  if (isFailing) return [2, 0];
  return name === last ? [0, 0] : [1, usedShare(windows, model)];
}

/** Of the window that is used most; a plan of which nothing is known counts as unused, and its first turn tells. */
function usedShare(windows: readonly PlanWindow[], model: string): number {
  const shares = windows
    .filter((window) => countsFor(window, model))
    .map(({ status, utilization = 0 }) => (status === 'rejected' ? 1 : utilization));
  return Math.max(0, ...shares);
}

function compare(a: Rank, b: Rank): number {
  return a[0] - b[0] || a[1] - b[1];
}
