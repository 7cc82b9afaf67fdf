/** A window of a subscription's allowance, as the CLI names it in `rateLimitType`. */
export type PlanWindow = 'five_hour' | 'seven_day' | 'seven_day_opus' | 'seven_day_sonnet';

interface PlanHeadersOptions {
  status: 'allowed' | 'allowed_warning' | 'rejected';
  /** The window that the status concerns; `five_hour` by default. A warning can only be `five_hour` or `seven_day`. */
  window?: PlanWindow;
  /** When that window resets, in Unix seconds. */
  resetsAt: number;
  /** The used share of that window, 0 to 1; by default one that suits the status. */
  utilization?: number;
}

const prefix = 'anthropic-ratelimit-unified';

const usualUtilization = { allowed: 0.2, allowed_warning: 0.93, rejected: 1 };

/**
 * The headers that report to a subscriber how much of the plan is left. The CLI prints them as `rate_limit_event`, but
 * only with a subscription login (seen in 2.1.197 and 2.1.329). It ignores a status of `allowed_warning`: it warns if a
 * window names the threshold that it has surpassed.
 */
export function planHeaders(options: PlanHeadersOptions): Record<string, string> {
  const { status, window = 'five_hour', resetsAt } = options;
  return {
    [`${prefix}-status`]: status,
    [`${prefix}-reset`]: String(resetsAt),
    [`${prefix}-representative-claim`]: window,
    ...windowHeaders('5h', window === 'five_hour' ? options : quietWindow(resetsAt)),
    ...windowHeaders('7d', window === 'seven_day' ? options : quietWindow(resetsAt)),
    [`${prefix}-overage-status`]: 'rejected',
    [`${prefix}-overage-disabled-reason`]: 'org_level_disabled',
  };
}

function windowHeaders(abbreviation: '5h' | '7d', options: PlanHeadersOptions): Record<string, string> {
  const { status, resetsAt, utilization = usualUtilization[status] } = options;
  const name = `${prefix}-${abbreviation}`;
  return {
    [`${name}-status`]: status,
    [`${name}-reset`]: String(resetsAt),
    [`${name}-utilization`]: String(utilization),
    ...(status === 'allowed_warning' && { [`${name}-surpassed-threshold`]: '0.9' }),
  };
}

/** Resets at another time than the window in question, so that a test detects a reader of the wrong one. */
function quietWindow(resetsAt: number): PlanHeadersOptions {
  return { status: 'allowed', resetsAt: resetsAt + 86_400 };
}
