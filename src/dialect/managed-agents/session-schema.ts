import { z } from 'zod';
import { wireSessionAgent } from './agent-schema.ts';

/** Sessions, as clients get them. */

const count = z.int().nonnegative();
const seconds = z.number().nonnegative();
const time = z.iso.datetime();
const nothing = z.array(z.never());

const money = z.object({
  amount: z.string().regex(/^\d+$/).describe('In cents.'),
  currency: z.literal('USD'),
});

const usage = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation: z
    .object({ ephemeral_1h_input_tokens: count, ephemeral_5m_input_tokens: count })
    .describe('All of them are counted as kept for an hour: the harness cannot tell.'),
  list_cost: money.describe('Rounded to a cent.'),
  server_tool_use: z.null(),
  active_seconds: seconds,
});

export const wireSession = z.object({
  type: z.literal('session'),
  id: z.string(),
  agent: wireSessionAgent.describe('With what the session has changed in it.'),
  environment_id: z.string(),
  status: z.enum(['running', 'idle', 'terminated']),
  title: z.string().nullable(),
  metadata: z.record(z.string(), z.string()),
  budget: z.object({ type: z.literal('limit'), max_list_cost: money }).nullable(),
  usage,
  stats: z.object({ active_seconds: seconds, duration_seconds: seconds }),
  created_at: time,
  updated_at: time,
  archived_at: time.nullable(),
  resources: nothing,
  outcome_evaluations: nothing,
  vault_ids: nothing,
  deployment_id: z.null(),
  machine: z
    .string()
    .exactOptional()
    .describe('The other machine that has the session, where several share a database: here it can only be read.'),
});

/** A page of a list that is read in both directions. */
const pageBothWays = <Item extends z.ZodType>(item: Item) =>
  z.object({ data: z.array(item), next_page: z.string().nullable(), prev_page: z.string().nullable() });

export const sessionPage = pageBothWays(wireSession);
export const deletedSession = z.object({ id: z.string(), type: z.literal('session_deleted') });
