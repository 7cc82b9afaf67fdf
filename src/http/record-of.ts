import type { Response } from 'express';
import { RequestRecord, type Arrival } from '../exchange/record.ts';

const records = new WeakMap<Response, RequestRecord>();

export function startRecord(res: Response, requestId: string, arrival: Arrival): void {
  records.set(res, new RequestRecord(requestId, () => performance.now(), arrival));
}

/** The record of a response; every response has one from its first middleware on. */
export function recordOf(res: Response): RequestRecord {
  const record = records.get(res);
  if (record === undefined) throw new Error('a response without a record');
  return record;
}
