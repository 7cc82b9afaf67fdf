/** How many requests for answers were served and failed on one day. */
export interface RequestCounts {
  /** When counting began, in ms since the epoch. */
  since: number;
  served: number;
  failed: number;
}

/** Where a day's counts outlive the service. Each method throws where it can't be used. Days are such as `2026-11-29`. */
export interface RequestCountStore {
  /** Adds to what is stored of the day; the earliest `since` stays. */
  add(day: string, counts: RequestCounts): void;
  find(day: string): RequestCounts | undefined;
}
