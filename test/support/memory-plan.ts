import type { PlanWindow } from '../../src/core/plan-windows.ts';
import { KnownWindows } from '../../src/feature/plan-windows/known-windows.ts';
import type { PlanQuota } from '../../src/http/routes/quota/plan-quota.ts';
import { memoryLog } from './memory-log.ts';

/** The plan's windows as they are, with nobody to ask, and no curve. */
export function memoryPlan(...windows: readonly PlanWindow[]): PlanQuota {
  const store = { add: () => undefined, newest: () => [...windows], curve: () => [], prune: () => false };
  return {
    windows: new KnownWindows({ store, log: memoryLog(), now: Date.now }),
    questions: { look: () => Promise.resolve() },
  };
}
