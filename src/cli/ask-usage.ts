import type { PlanWindow } from '../core/plan-windows.ts';
import type { ControlRequest } from '../process/control.ts';
import { parsePlanUsage } from '../process/plan-usage.ts';
import { askCli } from './ask-cli.ts';
import type { Pool } from './pool/pool.ts';

/** While it is set, the CLI asks the API for nothing but answers, and so for no usage either (2.1.197 and 2.1.332). */
const quiet = 'CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC';

export interface UsageQuestion {
  pool: Pool;
  model: string;
  /** What the operator adds to the CLI's environment: what it says of traffic holds. */
  extraEnv: Readonly<Record<string, string>>;
  signal: AbortSignal;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/**
 * Asks the CLI how much of the plan is used, which costs no model call: with its own login it asks the API. Gives `undefined`
 * where the login may not know. Throws when no process can be had.
 */
export async function askUsage({
  pool,
  model,
  extraEnv,
  signal,
  now,
}: UsageQuestion): Promise<PlanWindow[] | undefined> {
  const question: ControlRequest = { subtype: 'get_usage', skip_behaviors: true };
  const isDecided = Object.hasOwn(extraEnv, quiet);
  // The CLI answers in order, so that nothing but the question falls in between.
  const requests = isDecided ? [question] : [withQuiet(''), question, withQuiet('1')];
  const answers = await askCli(pool, model, requests, signal);
  return parsePlanUsage(answers[isDecided ? 0 : 1], now());
}

function withQuiet(value: string): ControlRequest {
  return { subtype: 'apply_flag_settings', settings: { env: { [quiet]: value } } };
}
