/** Why requests of batches wait. */
export const holdReasons = [
  'hours',
  /** More of a window of the plan is used than batches may use. */
  'plan_window',
  'plan_limit',
  /** There is no login, no CLI, or the like. */
  'not_ready',
  /** The client has used its own budget. */
  'budget',
  /** The API, or the CLI, fails again and again. */
  'failures',
] as const;

/** Why requests of batches wait, and until when, in ms since the epoch, as far as that is known. */
export interface BatchesHold {
  reason: (typeof holdReasons)[number];
  /** Of the plan, where there is one. */
  window?: string;
  until?: number;
}

/** How requests of the batches that are kept stand; `left` are those that wait or run. */
export interface BatchTotals {
  /** Batches that have not ended. */
  batches: number;
  left: number;
  succeeded: number;
  errored: number;
  canceled: number;
  expired: number;
}

/** What batches do at present. */
export interface BatchesState {
  totals: BatchTotals;
  /** Under way, in this service; those that let others go first included. */
  running: number;
  /** Why nothing begins; absent where something does, or nothing is left. */
  hold?: BatchesHold;
  /** Requests an hour, as they were answered lately; absent where too little is known. */
  perHour?: number;
  /** When all will have been answered at that pace, in ms since the epoch. */
  endsAt?: number;
}
