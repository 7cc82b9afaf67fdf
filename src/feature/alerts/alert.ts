import type { PlanWindow } from '../../core/plan-windows.ts';

export type AlertType = 'plan_window' | 'login_missing' | 'login_restored' | 'failures' | 'failures_over';

/** What the owner is told. */
export interface Alert {
  type: AlertType;
  /** A few words in ASCII, which a header can have. */
  title: string;
  /** One line that says what happened and what to do. */
  message: string;
  /** Milliseconds since the epoch. */
  at: number;
  /** Which of several logins is missing, or works again. */
  login?: string;
  /** The window of the plan that it is about. */
  window?: PlanWindow;
}

/** Whether it tells that a trouble is over. */
export function isAllClear({ type }: Pick<Alert, 'type'>): boolean {
  return type === 'login_restored' || type === 'failures_over';
}

/** Tells the owner. `onUnsent` is called where the service stops before the alert is sent: the next start may tell it. */
export type Announce = (alert: Alert, onUnsent: () => void) => void;
