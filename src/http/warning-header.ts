import type { Response } from 'express';

const name = 'x-claude-harness-warning';

/** Tells the client what it should know of its answer, where the headers have not been sent. */
export function warn(res: Response, message: string): void {
  if (res.headersSent) return;
  // Node refuses anything else in a header.
  const printable = message.replaceAll('’', "'").replaceAll(/[^\x20-\x7e]/g, '?');
  res.append(name, printable.slice(0, 500));
}
