import { z } from 'zod';

const count = z.int().nonnegative();

const turn = z.object({
  request_id: z.string(),
  client: z
    .string()
    .nullable()
    .describe('The token’s name, or `token 1`; without tokens the name that the client gives itself.'),
  endpoint: z.string(),
  model: z.string().describe('As it was asked for.'),
  backend: z.enum(['cli', 'direct']).nullable().describe('Null while it waits.'),
  started_at: z.iso.datetime().describe('When the request arrived.'),
  age_ms: z.number().nonnegative(),
  tokens_output: count.describe('So far: an estimate until the answer is complete.'),
});

export const turnList = z.object({ object: z.literal('list'), data: z.array(turn) });

export const cancelledTurn = z.object({
  object: z.literal('turn.cancelled'),
  request_id: z.string(),
  cancelled: z.literal(true),
});

export type WireTurn = z.infer<typeof turn>;
export type WireTurnList = z.infer<typeof turnList>;
export type WireCancelledTurn = z.infer<typeof cancelledTurn>;
