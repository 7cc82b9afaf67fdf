import { z } from 'zod';
import { HarnessError } from '../../../core/errors.ts';
import { toMs } from '../../../util/length-of-time.ts';

/** Queries about what was used. Fields that are not named here mean nothing. */

// A page of so many is answered in less than a fifth of a second.
const maxLimit = 5000;

const timeError = 'expected a time such as 2026-01-31T12:00:00Z, or seconds since the epoch';
const time = z
  .string()
  .transform((text, context): number => {
    const ms = /^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : Date.parse(text);
    // Not every number is a time that a date can have.
    if (!Number.isNaN(new Date(ms).getTime())) return ms;
    context.addIssue({ code: 'custom', message: timeError });
    return z.NEVER;
  })
  .meta({ wire: z.string() })
  .exactOptional();

const sinceError = 'expected how long ago, such as 90m, 24h or 7d, or a time such as 2026-01-31T12:00:00Z';
/** Gives the time, from that of the request. */
const since = z
  .string()
  .transform((text, context): ((now: number) => number) => {
    const agoMs = toMs(text);
    if (agoMs !== undefined) return (now) => now - agoMs;
    const at = Date.parse(text);
    if (Number.isFinite(at)) return () => at;
    context.addIssue({ code: 'custom', message: sinceError });
    return z.NEVER;
  })
  .meta({ wire: z.string() })
  .exactOptional();

const statusError = 'expected a status such as 429, or a class of them such as 5xx';
const status = z
  .string()
  .regex(/^[1-5](xx|\d\d)$/, { error: statusError })
  .transform((text): readonly [number, number] => [Number(text.replace('xx', '00')), Number(text.replace('xx', '99'))])
  .meta({ wire: z.string() })
  .exactOptional();

const limitError = { error: `expected a whole number from 1 to ${maxLimit}` };
const textError = { error: 'expected one value' };
const text = z.string(textError).min(1, textError).exactOptional();
const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, { error: `expected one of ${values.join(', ')}` });

const span = { start_time: time, end_time: time };
const filter = { model: text, client: text, route: text, status, error: text };

export const logQuery = z.object({
  ...span,
  ...filter,
  limit: z.coerce.number(limitError).int(limitError).min(1, limitError).max(maxLimit, limitError).default(1000),
  order: oneOf(['asc', 'desc']).default('desc'),
  cursor: z
    .string()
    .regex(/^\d+-\d+$/, { error: 'expected the next_cursor of the answer before' })
    .exactOptional(),
  format: oneOf(['json', 'jsonl', 'csv']).default('json'),
});
export const statsQuery = z.object({ ...span, ...filter });
export const groupings = ['day', 'hour', 'model', 'client', 'block'] as const;
export const usageQuery = z.object({
  by: oneOf(groupings).default('day'),
  since,
  until: time,
});

export const quotaQuery = z.object({ history: since });

/** Throws `INVALID_REQUEST` with the first field that is wrong. */
export function readQueryAs<Schema extends z.ZodType>(
  schema: Schema,
  query: Readonly<Record<string, unknown>>,
): z.output<Schema> {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const param = issue?.path.join('.') ?? '';
  throw new HarnessError('INVALID_REQUEST', `${param}: ${issue?.message ?? 'the query is wrong'}.`, { param });
}
