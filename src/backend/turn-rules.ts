import type { Config } from '../config/schema.ts';
import type { TurnRules } from '../core/turn-rules.ts';
import { readAnew } from '../util/read-anew.ts';

/** As they are configured now. */
export function createTurnRules({ models, limits }: Config): TurnRules {
  return readAnew({
    defaultEffort: () => models.effort,
    turnTimeoutMs: () => limits.turn_timeout,
    idleTimeoutMs: () => limits.idle_timeout,
  });
}
