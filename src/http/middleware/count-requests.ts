import type { RequestHandler } from 'express';
import type { RequestCounter } from '../../observe/request-counter.ts';
import { recordOf } from '../../exchange/record.ts';

/** Counts requests for answers; lists and checks are not what the day is measured by. */
export function countRequests(counter: RequestCounter): RequestHandler {
  return (_req, res, next) => {
    res.once('close', () => {
      const { model, error } = recordOf(res);
      if (model !== undefined) counter.count(error === undefined && res.writableFinished);
    });
    next();
  };
}
