import { z } from 'zod';
import type { TurnOptions } from '../../core/turn-options.ts';
import { expected } from './schema-errors.ts';

const between = (most: number) =>
  z
    .number({ error: expected('a number') })
    .min(0, { error: 'must be at least 0.' })
    .max(most, { error: `must be at most ${most}.` });

/** How both of OpenAI's APIs, and the old text API, describe the choice of tokens. */
export const samplingFields = { temperature: between(2).nullish(), top_p: between(1).nullish() };

type SamplingFields = z.infer<z.ZodObject<typeof samplingFields>>;

export function toSampling({ temperature, top_p: topP }: SamplingFields): Pick<TurnOptions, 'sampling'> {
  if (temperature == null && topP == null) return {};
  return { sampling: { ...(temperature != null && { temperature }), ...(topP != null && { topP }) } };
}
