import { z } from 'zod';
import type { Effort, TurnOptions } from '../../core/turn-options.ts';
import { expected, expectedType, listOf, text } from '../anthropic-shared/schema-errors.ts';

const display = text.nullish();

/** The API refuses a smaller budget. */
const smallestBudget = 1024;

export const thinking = z.discriminatedUnion(
  'type',
  [
    z.object({
      type: z.literal('enabled'),
      budget_tokens: z.int({ error: expected('a valid integer') }).min(smallestBudget, {
        error: `Input should be greater than or equal to ${smallestBudget}`,
      }),
      display,
    }),
    z.object({ type: z.literal('adaptive'), display }),
    z.object({ type: z.literal('disabled') }),
  ],
  { error: expectedType(['enabled', 'adaptive', 'disabled']) },
);

const efforts = ['low', 'medium', 'high', 'xhigh', 'max'] as const satisfies readonly Effort[];
export const effort = z.enum(efforts, { error: expected(listOf(efforts)) });

/** The API's default for models that decide for themselves how much to think. */
const usualEffort: Effort = 'high';

type ThinkingParam = z.infer<typeof thinking>;

/** How much the model is to think. */
export function fromThinking(
  param: ThinkingParam | null | undefined,
  asked: Effort | null | undefined,
): Pick<TurnOptions, 'effort' | 'thinkingBudget'> {
  const level = { ...(asked != null && { effort: asked }) };
  switch (param?.type) {
    case 'enabled':
      // Above `max_tokens` the API takes it where thinking and calls alternate, and refuses it elsewhere.
      return { ...level, thinkingBudget: param.budget_tokens };
    case 'adaptive':
      return { effort: asked ?? usualEffort };
    case 'disabled':
      return asked == null ? { effort: 'none' } : { ...level, thinkingBudget: 0 };
    case undefined:
      // An effort alone only says how thorough the answer should be.
      return { ...(asked != null && { effort: asked, thinkingBudget: 0 }) };
  }
}
