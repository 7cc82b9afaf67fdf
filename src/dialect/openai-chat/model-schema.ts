import { z } from 'zod';

const tokens = z.int().positive().nullable();

const modelAbilities = z
  .object({
    resolved_model: z.string().nullable().describe('The model that serves it.'),
    display_name: z.string().nullable(),
    context_window: tokens.describe('In tokens.'),
    max_output_tokens: tokens,
    vision: z.boolean(),
    tools: z.boolean(),
    effort_levels: z.array(z.string()).readonly().describe('Values of `reasoning_effort`.'),
  })
  .describe('What the model can do; null where it is not known.');

const modelFields = {
  id: z.string(),
  object: z.literal('model'),
  created: z.int().describe('Seconds since the epoch.'),
  owned_by: z.string(),
};

export const chatModel = z.object(modelFields);

export const detailedModel = z.object({ ...modelFields, x_claude: modelAbilities });

export const chatModelList = z.object({ object: z.literal('list'), data: z.array(chatModel) });
