import { sessionHeader } from '../core/session-header.ts';
import type { Response } from 'express';
import type { RequestRecord } from '../exchange/record.ts';
import { cacheHeaders } from './cache-status.ts';

/** Proxies bound what headers they take; many choices may all have the same to say. */
const maxWarnings = 3;
const maxWarningChars = 500;

/** Says in headers what the client should know of its answer, as far as it is known when they are sent. */
export function setAnswerHeaders(res: Response, record: RequestRecord): void {
  const { ignored, warnings, backend, sessionId, cache, error } = record;
  if (res.headersSent) return;
  if (ignored.length > 0) res.setHeader('x-claude-harness-ignored', ignored.join(', '));
  if (sessionId !== undefined) res.setHeader(sessionHeader, sessionId);
  // The client may want to know that an answer is paid otherwise than the rest.
  if (backend === 'direct') res.setHeader('x-claude-harness-backend', 'direct');
  // Nothing was forwarded then, and nothing found.
  if (cache !== undefined && error?.code !== 'NOT_CACHED') res.set(cacheHeaders(cache));
  if (warnings.length > 0) res.setHeader('x-claude-harness-warning', warnings.slice(0, maxWarnings).map(toHeaderText));
}

/** Node refuses anything but printable ASCII in a header. */
function toHeaderText(message: string): string {
  const printable = message.replaceAll('’', "'").replaceAll(/[^\x20-\x7e]/g, '?');
  return printable.slice(0, maxWarningChars);
}
