import express, { type RequestHandler } from 'express';
import { HarnessError } from '../../core/errors.ts';
import { bodyTooLarge } from '../error-handler.ts';
import { keepRawBody } from '../raw-body.ts';
import { limitDepth } from './json-depth.ts';

export interface JsonBodyOptions {
  /** Whether the bytes are kept as well, for `takeRawBody`. */
  keepsRaw?: boolean;
}

/**
 * Parses JSON bodies and nothing else. Another content type is refused, also because a web page may send any of those
 * across origins without asking first.
 */
export function jsonBody(limitBytes: number, { keepsRaw = false }: JsonBodyOptions = {}): RequestHandler[] {
  return [
    requireJson,
    refuseLong(limitBytes),
    express.json({ limit: limitBytes, strict: false, type: () => true, ...(keepsRaw && { verify: keepRawBody }) }),
    limitDepth,
  ];
}

/** Also for bodies that are not read here: a web page may send any other type across origins without asking first. */
export const requireJson: RequestHandler = (req, _res, next) => {
  if (!isJson(req.get('content-type') ?? '')) throw notJson();
  next();
};

/** For what needs no body: one that is there anyway must be JSON, and is not read. */
export const refuseForms: RequestHandler = (req, _res, next) => {
  const type = req.get('content-type');
  if (type !== undefined && !isJson(type)) throw notJson();
  next();
};

function isJson(type: string): boolean {
  return /^application\/json\s*(?:;|$)/i.test(type);
}

function notJson(): HarnessError {
  return new HarnessError('UNSUPPORTED_MEDIA_TYPE', 'Send the request as JSON, with content-type: application/json.');
}

/** Before any of it is read: the parser refuses a body that is too long only after it has come to its end. */
function refuseLong(limitBytes: number): RequestHandler {
  return (req, _res, next) => {
    if (Number(req.get('content-length')) > limitBytes) throw bodyTooLarge();
    next();
  };
}
