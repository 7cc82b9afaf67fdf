import * as z from 'zod';
import { withoutControls } from './agent/without-controls.ts';
import { getJson, type RunningService } from './running-service.ts';

const quota = z.object({
  buckets: z.array(
    z.object({
      login: z.string().optional(),
      type: z.string(),
      status: z.string(),
      utilization: z.number().nullable(),
      resets_at: z.string().nullable(),
      forecast: z.object({ runs_out_at: z.string().nullable() }).nullable(),
    }),
  ),
});

type Bucket = z.infer<typeof quota>['buckets'][number];

/** How much of the plan is used, a line for each window and an empty one; nothing where the service knows none. */
export async function describePlan(service: RunningService): Promise<string> {
  const { status, body } = await getJson(service, '/v1/usage/quota');
  const found = status === 200 ? quota.safeParse(body).data?.buckets : undefined;
  if (found === undefined || found.length === 0) return '';
  return `${found.map((bucket) => `${describeWindow(bucket)}\n`).join('')}\n`;
}

function describeWindow({ login, type, status, utilization, resets_at: resetsAt, forecast }: Bucket): string {
  const whose = login === undefined ? '' : `${login}: `;
  const used = utilization === null ? status.replaceAll('_', ' ') : `${Math.round(utilization * 100)}% used`;
  const reset = resetsAt === null ? '' : `, resets ${toLocal(resetsAt)}`;
  return withoutControls(`${whose}${type.padEnd(10)}  ${used}${reset}${describeForecast(forecast)}`);
}

function describeForecast(forecast: Bucket['forecast']): string {
  if (forecast === null) return '';
  const { runs_out_at: runsOutAt } = forecast;
  return runsOutAt === null ? '; at this pace it lasts' : `; at this pace it runs out ${toLocal(runsOutAt)}`;
}

/** In the time zone of the reader. */
function toLocal(time: string): string {
  return new Date(time).toLocaleString('sv-SE').slice(0, 16);
}
