import { z } from 'zod';
import type { DialectSettings, TurnRequest } from '../../../src/core/endpoint.ts';
import { HarnessError } from '../../../src/core/errors.ts';

export const toyBody = z.object({
  ask: z.string().min(1),
  of: z.string().exactOptional(),
  live: z.boolean().exactOptional(),
});

/** Reads `{ ask, of, live }`. */
export function fromToyRequest(body: unknown, { defaultModel }: DialectSettings): TurnRequest {
  const parsed = toyBody.safeParse(body);
  if (!parsed.success) throw new HarnessError('INVALID_REQUEST', 'ask: must be a text.', { param: 'ask' });
  const { ask, of = defaultModel, live = false } = parsed.data;
  return {
    model: of,
    conversations: [{ system: [], messages: [{ role: 'user', content: [{ type: 'text', text: ask }] }] }],
    options: {},
    stream: live,
    ignored: [],
  };
}
