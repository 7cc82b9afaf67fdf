import { z } from 'zod';
import type { Effort, TurnOptions } from '../../core/turn-options.ts';
import { flag } from '../openai-shared/function-schema.ts';
import { reasoningEffort } from '../openai-shared/reasoning-effort.ts';
import { expected } from '../openai-shared/schema-errors.ts';

/** OpenRouter's form, which its clients send to every service. Loose: what is not known has no effect. */
export const reasoning = z.looseObject(
  {
    effort: reasoningEffort.nullish(),
    /** Of the thinking. */
    max_tokens: z
      .int({ error: expected('a whole number') })
      .nonnegative({ error: 'must not be negative.' })
      .nullish(),
    enabled: flag.nullish(),
  },
  { error: expected('an object') },
);

/** The Messages API refuses less. */
const smallestBudget = 1024;
const known: ReadonlySet<string> = new Set(['effort', 'max_tokens', 'enabled']);

export interface ReasoningFields {
  reasoning_effort?: Effort | null | undefined;
  reasoning?: z.infer<typeof reasoning> | null | undefined;
}

/** How much the model is asked to think. OpenAI's own field is the more specific one where both are given. */
export function toThinking(fields: ReasoningFields): Pick<TurnOptions, 'effort' | 'thinkingBudget'> {
  const { effort, max_tokens: budget, enabled } = fields.reasoning ?? {};
  const switched = enabled == null ? undefined : enabled ? 'medium' : 'none';
  const asked = fields.reasoning_effort ?? effort ?? (budget == null ? switched : undefined);
  return {
    ...(asked != null && { effort: asked }),
    ...(budget != null && { thinkingBudget: budget === 0 ? 0 : Math.max(budget, smallestBudget) }),
  };
}

/** What is asked of the thinking beyond how much of it there is. */
export function unhonouredReasoning({ reasoning: asked }: ReasoningFields): string[] {
  return Object.entries(asked ?? {})
    .filter(([name, value]) => !known.has(name) && value != null && value !== false)
    .map(([name]) => `reasoning.${name}`);
}
