import type { RequestHandler } from 'express';
import { toTime } from '../logs/wire.ts';
import type { RouteServices } from '../route.ts';
import type { WireBatchesState } from './quota-schema.ts';

export function showBatches({ batchesState }: RouteServices): RequestHandler {
  return async (_req, res) => {
    const { totals, running, hold, perHour, endsAt } = await batchesState();
    const { batches, ...requests } = totals;
    const answer: WireBatchesState = {
      object: 'batches_state',
      status: hold !== undefined ? 'paused' : requests.left > 0 ? 'running' : 'idle',
      paused:
        hold === undefined
          ? null
          : {
              reason: hold.reason,
              window: hold.window ?? null,
              until: hold.until === undefined ? null : toTime(hold.until),
            },
      batches,
      running,
      requests,
      per_hour: perHour === undefined ? null : Math.round(perHour * 10) / 10,
      ends_at: endsAt === undefined ? null : toTime(endsAt),
    };
    res.json(answer);
  };
}
