import express, { type RequestHandler } from 'express';
import { HarnessError } from '../../core/errors.ts';

/**
 * Parses JSON bodies and nothing else. Another content type is refused, also because a web page may send any of those
 * across origins without asking first.
 */
export function jsonBody(limitBytes: number): RequestHandler[] {
  return [requireJson, express.json({ limit: limitBytes, strict: false, type: () => true })];
}

const requireJson: RequestHandler = (req, _res, next) => {
  if (!/^application\/json\s*(?:;|$)/i.test(req.get('content-type') ?? '')) {
    throw new HarnessError('UNSUPPORTED_MEDIA_TYPE', 'Send the request as JSON, with content-type: application/json.');
  }
  next();
};
