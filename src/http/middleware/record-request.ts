import type { RequestHandler, Response } from 'express';
import type { LogFields, Logger } from '../../core/logger.ts';
import type { Journal } from '../../exchange/journal.ts';
import type { RequestRecord } from '../../exchange/record.ts';
import type { Metrics } from '../../observe/metrics/metrics.ts';
import { errorFields } from '../../observe/turn-log.ts';
import { recordOf } from '../record-of.ts';
import { apiOf, isQuiet } from '../requested-route.ts';

export interface RecordRequestOptions {
  log: Logger;
  metrics: Metrics;
  journal: Journal;
}

/** Answers that are being made, and what is to happen when they are. */
const answering = new WeakMap<Response, Promise<unknown>>();

/** Makes an answer; the request is recorded when it is made or has failed, also when its client left before. */
export async function answered(res: Response, make: () => Promise<void>): Promise<void> {
  const making = make().catch((reason: unknown) => {
    recordOf(res).failed(reason);
    throw reason;
  });
  answering.set(
    res,
    making.catch(() => undefined),
  );
  await making;
}

/** Records each request when it is over: one for an answer in the journal, any other in the log and the counts. */
export function recordRequest({ log, metrics, journal }: RecordRequestOptions): RequestHandler {
  return (req, res, next) => {
    const { method, path } = req;
    const finish = (clientGone: boolean): void => {
      const record = recordOf(res);
      const { statusCode: status } = res;
      if (record.model !== undefined && !record.isDetached) {
        journal.write(record.entry({ status, clientGone }));
        return;
      }
      writeLine(log, { method, path, res, record, clientGone });
      // What goes on in the background is counted when it is over.
      if (record.isDetached) return;
      const { dialect } = apiOf(req, res);
      metrics.countRequest({ route: record.route ?? 'other', dialect, status: String(record.statusOf(status)) });
    };
    res.once('close', () => {
      const clientGone = !res.writableFinished;
      void (answering.get(res) ?? Promise.resolve()).then(() => {
        finish(clientGone);
      });
    });
    next();
  };
}

interface Line {
  method: string;
  path: string;
  res: Response;
  record: RequestRecord;
  clientGone: boolean;
}

function writeLine(log: Logger, { method, path, res, record, clientGone }: Line): void {
  const { statusCode: status } = res;
  const fields: LogFields = {
    method,
    path,
    request_id: record.requestId,
    client: record.client,
    status,
    ...(clientGone && { client_gone: true }),
    total_ms: record.elapsedMs,
    model: record.model,
    ...(record.error !== undefined && errorFields(record.error)),
  };
  const message = `${method} ${path} ${status}`;
  if (isQuiet(res)) log.debug(message, fields);
  else if (record.error === undefined || status < 500) log.info(message, fields);
  else log.warn(message, fields);
}
