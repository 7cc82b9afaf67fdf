import type { Effort, TurnOptions } from '../core/turn-options.ts';

/** How much a turn thinks; `undefined` where it does not. */
export interface Thinking {
  /** For models that think adaptively; how thorough an answer is depends on it even without thinking. */
  effortLevel?: string;
  /** In tokens, for models that take a budget; 0: no thinking, as processes are started with. */
  budget: number;
}

/** The Messages API refuses a smaller thinking budget. */
const smallestBudget = 1024;

const efforts: Record<Exclude<Effort, 'none'>, Required<Thinking>> = {
  minimal: { effortLevel: 'low', budget: smallestBudget },
  low: { effortLevel: 'low', budget: 4096 },
  medium: { effortLevel: 'medium', budget: 10_000 },
  high: { effortLevel: 'high', budget: 24_000 },
  xhigh: { effortLevel: 'xhigh', budget: 31_999 },
  max: { effortLevel: 'max', budget: 31_999 },
};

export function thinks(thinking: Thinking | undefined): thinking is Thinking {
  return thinking !== undefined && thinking.budget > 0;
}

/** How much the model thinks: as much as `exactBudget` says, or at most as much as leaves room for the answer. */
export function thinkingFor(effort: Effort, maxTokens: number | undefined, exactBudget?: number): Thinking | undefined {
  if (effort === 'none') return exactBudget ? { budget: exactBudget } : undefined;
  if (exactBudget !== undefined) return { effortLevel: efforts[effort].effortLevel, budget: exactBudget };
  const { effortLevel, budget } = efforts[effort];
  if (maxTokens === undefined) return { effortLevel, budget };
  // The budget is part of max_tokens, so a fifth is kept for the answer; where too little remains, there is no thinking.
  const affordable = Math.min(budget, Math.floor(maxTokens * 0.8));
  return affordable < smallestBudget ? undefined : { effortLevel, budget: affordable };
}

/**
 * The budget as it is sent. A client may ask for more than `asked`, its bound for the answer: the API takes that where
 * thinking and calls alternate. A budget below that stays below `maxTokens`, what the model's own limit leaves of it.
 */
export function budgetWithin(budget: number, asked: number | undefined, maxTokens: number | undefined): number {
  const exceeds = asked !== undefined && budget >= asked;
  return maxTokens === undefined || exceeds ? budget : Math.min(budget, maxTokens - 1);
}

/** How much a turn thinks, within `maxTokens`. */
export function thinkingOf(
  turn: TurnOptions,
  defaultEffort: Effort,
  maxTokens: number | undefined,
): Thinking | undefined {
  const thinking = thinkingFor(turn.effort ?? defaultEffort, maxTokens, turn.thinkingBudget);
  return thinking === undefined || turn.omitsEffort !== true ? thinking : { budget: thinking.budget };
}
