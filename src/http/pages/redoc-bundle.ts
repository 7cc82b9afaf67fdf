import { readFile } from 'node:fs/promises';
import type { RequestHandler } from 'express';

/** The only picture that Redoc (2.5.4) would fetch from elsewhere: its maker's, below the menu. */
const logo = 'https://cdn.redoc.ly/redoc/logo-mini.svg';
const nothing = 'data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22/>';

/** Redoc's script from its package, without the address of its logo. */
export function redocBundle(path: string): RequestHandler {
  let script: Promise<string> | undefined;
  return async (_req, res) => {
    script ??= readFile(path, 'utf8').then((text) => text.replaceAll(logo, nothing));
    res
      .set({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-cache' })
      .type('js')
      .send(await script);
  };
}
