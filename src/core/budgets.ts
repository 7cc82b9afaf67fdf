/** How much of a client's budget is used. */
export interface BudgetUse {
  client: string;
  window: string;
  unit: string;
  limit: number;
  used: number;
  resetsAt: number;
}
