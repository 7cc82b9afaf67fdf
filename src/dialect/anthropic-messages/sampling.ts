import { z } from 'zod';
import type { TurnOptions } from '../../core/turn-options.ts';
import { expected } from '../anthropic-shared/schema-errors.ts';

const least = { error: 'Input should be greater than or equal to 0' };
const share = z
  .number({ error: expected('a valid number') })
  .min(0, least)
  .max(1, { error: 'Input should be less than or equal to 1' });

/** How the next token is chosen. */
export const samplingFields = {
  temperature: share.nullish(),
  top_p: share.nullish(),
  top_k: z
    .int({ error: expected('a valid integer') })
    .min(0, least)
    .nullish(),
};

type SamplingFields = z.infer<z.ZodObject<typeof samplingFields>>;

export function fromSampling(fields: SamplingFields): Pick<TurnOptions, 'sampling'> {
  const { temperature, top_p: topP, top_k: topK } = fields;
  const sampling = {
    ...(temperature != null && { temperature }),
    ...(topP != null && { topP }),
    ...(topK != null && { topK }),
  };
  return Object.keys(sampling).length > 0 ? { sampling } : {};
}
