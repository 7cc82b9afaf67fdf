import type { Config } from '../config/schema.ts';
import type { TurnRules } from '../core/turn-rules.ts';

/** As they are configured now. */
export function createTurnRules({ models, limits }: Config): TurnRules {
  return {
    get defaultEffort() {
      return models.effort;
    },
    get turnTimeoutMs() {
      return limits.turn_timeout;
    },
    get idleTimeoutMs() {
      return limits.idle_timeout;
    },
  };
}
