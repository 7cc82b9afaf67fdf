import type { RequestHandler } from 'express';
import { refuseWebPages } from './refuse-web-pages.ts';
import { requireOwner } from './require-role.ts';

/** What the owner alone may do, and no web page but the service's own and those that are configured. */
export function forOwner({ corsOrigins }: { corsOrigins: readonly string[] }): RequestHandler[] {
  return [refuseWebPages(corsOrigins), requireOwner];
}
