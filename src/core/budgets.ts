/** What a client may use within a window, and how much of it is used. */
export interface BudgetUse {
  client: string;
  window: string;
  unit: string;
  limit: number;
  used: number;
  resetsAt: number;
}
