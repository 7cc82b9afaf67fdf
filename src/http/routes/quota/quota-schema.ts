import { z } from 'zod';
import { holdReasons } from '../../../core/batches-state.ts';

const time = z.iso.datetime();
const share = z.number().nonnegative();

const login = z.string().exactOptional().describe('Whose plan it is; absent where the service has but one login.');

const bucket = z.object({
  login,
  type: z.string().describe('The plan’s window: `five_hour`, `seven_day`, `seven_day_opus` and the like.'),
  status: z.enum(['allowed', 'allowed_warning', 'rejected']),
  utilization: share.nullable().describe('The share that is used, 1 being all. Null where the CLI does not say.'),
  resets_at: time.nullable(),
  observed_at: time.describe('When this was last heard of the CLI.'),
  forecast: z
    .object({
      runs_out_at: time.nullable(),
      lasts: z.boolean().describe('Until its reset.'),
      rate_per_hour: share.describe('The share of the window that an hour took lately.'),
    })
    .nullable()
    .describe('If it is used as it was lately. Null where too little is known of that.'),
});

const curve = z.object({ login, type: z.string(), points: z.array(z.object({ at: time, utilization: share })) });

export const quota = z.object({
  object: z.literal('quota'),
  as_of: time,
  buckets: z.array(bucket),
  history: z.array(curve).exactOptional(),
});

export type WireQuota = z.infer<typeof quota>;

export const budgets = z.object({
  object: z.literal('list'),
  data: z.array(
    z.object({
      client: z.string(),
      window: z.enum(['day', 'week', 'five_hour', 'seven_day']),
      unit: z.enum(['tokens', 'usd', 'share']).describe('`share`: of the plan’s window, from 0 to 1; an estimate.'),
      limit: z.number(),
      used: z.number(),
      resets_at: time,
    }),
  ),
});

export type WireBudgets = z.infer<typeof budgets>;

const requests = z.int().nonnegative();

export const batchesState = z.object({
  object: z.literal('batches_state'),
  status: z.enum(['idle', 'running', 'paused']),
  paused: z
    .object({
      reason: z
        .enum(holdReasons)
        .describe('`plan_window`: more of `window` is used than `batches.pause_above` allows.'),
      window: z.string().nullable(),
      until: time.nullable().describe('Null where nobody knows.'),
    })
    .nullable(),
  batches: z.int().nonnegative().describe('Those that have not ended.'),
  running: requests.describe('Those that let others go first included.'),
  requests: z
    .object({
      left: requests.describe('Those that wait or run.'),
      succeeded: requests,
      errored: requests,
      canceled: requests,
      expired: requests,
    })
    .describe('Of all batches that are kept.'),
  per_hour: z
    .number()
    .nonnegative()
    .nullable()
    .describe('As they were answered lately. Null where too little is known.'),
  ends_at: time.nullable().describe('When all will have been answered at that pace.'),
});

export type WireBatchesState = z.infer<typeof batchesState>;
