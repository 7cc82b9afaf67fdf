import type { BudgetUse } from '../../core/budgets.ts';
import type { PlanWindow, PlanWindows } from '../../core/plan-windows.ts';
import type { Instruments } from './instruments.ts';

const statuses: readonly PlanWindow['status'][] = ['allowed', 'allowed_warning', 'rejected'];

/** How much of the plan is used; with `hasLogins`, of each login's. */
export function windowMetrics(instruments: Instruments, windows: PlanWindows, hasLogins: boolean): void {
  const names = hasLogins ? (['login', 'window'] as const) : (['window'] as const);
  const labelsOf = ({ login, type: window }: PlanWindow) => ({ ...(login !== undefined && { login }), window });
  const gauge = (name: string, help: string, read: (window: PlanWindow) => number | undefined): void => {
    instruments.gauge<string>({ name, help, labels: names }, () =>
      windows.current().flatMap((window) => {
        const value = read(window);
        return value === undefined ? [] : [{ labels: labelsOf(window), value }];
      }),
    );
  };
  gauge(
    'plan_window_utilization_ratio',
    "The share of a window of the plan that is used, from 0; above 1 where more than the plan's is.",
    ({ utilization }) => utilization,
  );
  gauge(
    'plan_window_reset_timestamp_seconds',
    'When a window of the plan begins anew, in seconds since the epoch.',
    ({ resetsAt }) => (resetsAt === undefined ? undefined : resetsAt / 1000),
  );
  instruments.gauge<string>(
    {
      name: 'plan_window_status',
      help: 'Whether a window of the plan is in a status: 1 or 0.',
      labels: [...names, 'status'],
    },
    () =>
      windows.current().flatMap((window) =>
        statuses.map((status) => ({
          labels: { ...labelsOf(window), status },
          value: Number(status === window.status),
        })),
      ),
  );
}

/** How much of what clients may use is used. */
export function budgetMetrics(instruments: Instruments, budgets: () => readonly BudgetUse[]): void {
  const gauge = (name: string, help: string, read: (budget: BudgetUse) => number): void => {
    instruments.gauge({ name, help, labels: ['client', 'window', 'unit'] }, () =>
      budgets().map((budget) => {
        const { client, window, unit } = budget;
        return { labels: { client, window, unit }, value: read(budget) };
      }),
    );
  };
  gauge('budget_limit', 'What a client may use within a window, in the unit of its budget.', ({ limit }) => limit);
  gauge('budget_used', 'What a client has used of its budget.', ({ used }) => used);
}
