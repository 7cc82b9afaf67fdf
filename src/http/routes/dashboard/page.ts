import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { RequestHandler } from 'express';
import { assetFile } from '../../pages/asset-file.ts';
import { pageHeaders } from '../../pages/page.ts';
import { dashboardFolder as folder, packagedFile } from '../../pages/page-files.ts';
import type { Route } from '../route.ts';

/** Nothing is loaded from elsewhere, and nothing in the markup runs. Pictures are those that somebody shows to a model. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What is loaded besides the page's own files: charts. */
const packaged = ['uPlot.iife.min.js', 'uPlot.min.css'].map(packagedFile);
const own = readdirSync(folder)
  .filter((name) => /\.(?:js|css)$/.test(name))
  .map((name) => join(folder, name));

/**
 * The live page for the owner. It says nothing of this service and is open to everybody: a browser has no token when it
 * opens a page. What its scripts fetch is not.
 */
export const dashboardRoutes: readonly Route[] = [
  {
    ...open('/dashboard', showPage),
    describe: async () => (await import('../../openapi/dashboard-operations.ts')).dashboardOperations.page,
  },
  ...[...packaged, ...own].map((path) => open(`/dashboard/assets/${basename(path)}`, () => assetFile(path))),
];

function open(path: string, handle: () => RequestHandler): Route {
  return { method: 'get', path, bases: [''], isOpen: true, handle };
}

function showPage(): RequestHandler {
  const path = join(folder, 'index.html');
  return (req, res) => {
    // The addresses within it are relative to the folder that it lies in.
    if (req.path.endsWith('/')) res.redirect('../dashboard');
    else res.sendFile(path, { dotfiles: 'allow', headers: pageHeaders(policy) });
  };
}
