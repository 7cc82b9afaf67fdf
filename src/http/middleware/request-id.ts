import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { arrivalOf } from '../arrival.ts';
import { startRecord } from '../record-of.ts';

const acceptable = /^[\w.:-]{1,128}$/;

/**
 * Takes the caller's `x-request-id`, or makes one, and sends it back; the log names the request by it. Anthropic's
 * clients look for it under `request-id`. `now` gives milliseconds since the epoch.
 */
export function requestId(now: () => number): RequestHandler {
  return (req, res, next) => {
    const given = req.get('x-request-id') ?? '';
    const id = acceptable.test(given) ? given : `req_${randomUUID()}`;
    startRecord(res, id, arrivalOf(req, now()));
    res.setHeader('x-request-id', id).setHeader('request-id', id);
    next();
  };
}
