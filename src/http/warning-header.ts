import type { Response } from 'express';

const name = 'x-claude-harness-warning';
/** Proxies bound what headers they take; many choices may all have the same to say. */
const maxWarnings = 3;

/** Tells the client what it should know of its answer, where the headers have not been sent. */
export function warn(res: Response, message: string): void {
  const warnings = res.getHeader(name) ?? [];
  if (res.headersSent || (Array.isArray(warnings) && warnings.length >= maxWarnings)) return;
  // Node refuses anything else in a header.
  const printable = message.replaceAll('’', "'").replaceAll(/[^\x20-\x7e]/g, '?');
  res.append(name, printable.slice(0, 500));
}
