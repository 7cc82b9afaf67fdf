/** What is known of a window of the plan, in which use is counted until it resets. */
export interface PlanWindow {
  /** Whose plan it is, by the name of the login; absent where there is but one. */
  login?: string;
  /** The CLI's name: `five_hour`, `seven_day`, `seven_day_opus` and the like. */
  type: string;
  status: 'allowed' | 'allowed_warning' | 'rejected';
  /** The share that is used, from 0; above 1 where more than the plan is used. Absent where the CLI does not say. */
  utilization?: number;
  /** When it begins anew, in milliseconds since the epoch. Absent where the CLI does not say. */
  resetsAt?: number;
  /** When the CLI said so, in milliseconds since the epoch. */
  observedAt: number;
}

/** How long a window counts of which nobody has said when it begins anew, in ms: as long as the shortest one. */
export const unboundedWindowMs = 5 * 60 * 60 * 1000;

/** Where the plan's windows are known. */
export interface PlanWindows {
  /** The newest of each type whose reset is still to come. */
  current(): readonly PlanWindow[];
}
