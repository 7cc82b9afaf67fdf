import * as z from 'zod';
import type { Effort } from '../core/turn-options.ts';
import { maxOutputTokens } from '../messages-api/output-limits.ts';
import type { ApiModel } from './api-client.ts';

const support = z.object({ supported: z.boolean() }).nullish();

const modelInfo = z.object({
  id: z.string(),
  display_name: z.string().nullish(),
  max_tokens: z.number().nullish(),
  max_input_tokens: z.number().nullish(),
  capabilities: z
    .object({
      effort: z.object({ low: support, medium: support, high: support, xhigh: support, max: support }).nullish(),
      thinking: z
        .object({ types: z.object({ adaptive: support, enabled: support, disabled: support }).nullish() })
        .nullish(),
    })
    .nullish(),
});

const levels = ['low', 'medium', 'high', 'xhigh', 'max'] as const satisfies readonly Effort[];

/** The models of the API's list. One that it describes otherwise than it is known to is left out. */
export function parseModels(list: readonly unknown[]): ApiModel[] {
  return list.flatMap((entry) => {
    const parsed = modelInfo.safeParse(entry);
    return parsed.success ? [toApiModel(parsed.data)] : [];
  });
}

function toApiModel(info: z.infer<typeof modelInfo>): ApiModel {
  const guess = guessModel(info.id);
  const { effort, thinking } = info.capabilities ?? {};
  const types = thinking?.types;
  const limit = info.max_tokens ?? guess.maxOutputTokens;
  return {
    id: info.id,
    ...(info.display_name != null && { displayName: info.display_name }),
    ...(limit !== undefined && { maxOutputTokens: limit }),
    ...(info.max_input_tokens != null && { contextWindow: info.max_input_tokens }),
    thinking:
      types == null
        ? guess.thinking
        : {
            adaptive: types.adaptive?.supported === true,
            budget: types.enabled?.supported === true,
            off: types.disabled?.supported === true,
          },
    efforts: effort == null ? guess.efforts : levels.filter((level) => effort[level]?.supported === true),
  };
}

/** Models up to these take a budget to think; the later ones decide by themselves. */
const budgeted = /^claude-(?:3-|(?:haiku|sonnet|opus)-4(?:-[0-5])?(?:-\d{8})?$)/;

/** What is likely of a model that the API has not described. */
export function guessModel(id: string): ApiModel {
  const limit = maxOutputTokens(id);
  const isBudgeted = budgeted.test(id);
  return {
    id,
    ...(limit !== undefined && { maxOutputTokens: limit }),
    thinking: { adaptive: !isBudgeted, budget: isBudgeted, off: true },
    efforts: isBudgeted ? [] : ['low', 'medium', 'high'],
  };
}
