import { z } from 'zod';
import { expected, listOf, text } from '../anthropic-shared/schema-errors.ts';
import { refused } from '../anthropic-shared/read-request.ts';

/** Queries of lists and streams. A field that repeats is a list of strings, any other a string. */

const maxLimit = 1000;
const limitError = { error: `Input should be a number from 1 to ${maxLimit}` };
const page = {
  limit: z.coerce.number(limitError).int(limitError).min(1, limitError).max(maxLimit, limitError).default(20),
  page: text.exactOptional(),
};

const time = z.iso
  .datetime({ offset: true, error: 'Input should be a time such as 2026-01-31T12:00:00Z' })
  .exactOptional();
const created = { 'created_at[gt]': time, 'created_at[gte]': time, 'created_at[lt]': time, 'created_at[lte]': time };

const flag = z.enum(['true', 'false'], { error: expected("'true' or 'false'") }).default('false');
const orders = ['asc', 'desc'] as const;
const order = z.enum(orders, { error: expected(listOf(orders)) });

const versionError = { error: 'Input should be a number from 1 on' };
const version = z.coerce.number(versionError).int(versionError).min(1, versionError).exactOptional();

/** Also takes the one value of a list. */
const listed = <Item extends z.ZodType>(item: Item) => {
  const list = z.array(item);
  return z
    .preprocess((value) => (typeof value === 'string' ? [value] : value), list)
    .meta({ wire: list })
    .exactOptional();
};

const statuses = ['rescheduling', 'running', 'idle', 'terminated'] as const;
const deltas = ['agent.message', 'agent.thinking'] as const;

export const pageQuery = z.looseObject(page);
export const agentQuery = z.looseObject({ ...page, ...created, include_archived: flag });
export const versionQuery = z.looseObject({ version });
export const sessionQuery = z.looseObject({
  ...page,
  ...created,
  order: order.default('desc'),
  agent_id: text.exactOptional(),
  agent_version: version,
  include_archived: flag,
  statuses: listed(z.enum(statuses, { error: expected(listOf(statuses)) })),
  deployment_id: refused('There are no deployments here'),
  memory_store_id: refused('There are no memory stores here'),
});
export const eventQuery = z.looseObject({
  ...page,
  ...created,
  order: order.default('asc'),
  types: listed(text),
});
export const streamQuery = z.looseObject({
  after: text.min(1, { error: 'Input should be the id of an event' }).exactOptional(),
  event_deltas: listed(z.enum(deltas, { error: expected(listOf(deltas)) })),
});
