import type { KnownWindows } from '../../../feature/plan-windows/known-windows.ts';
import type { UsageQuestions } from '../../../feature/plan-windows/usage-questions.ts';

/** What is known of the plan, and what finds out more while somebody looks. */
export interface PlanQuota {
  windows: Pick<KnownWindows, 'current' | 'refresh' | 'forecast' | 'history'>;
  questions: Pick<UsageQuestions, 'look'>;
}
