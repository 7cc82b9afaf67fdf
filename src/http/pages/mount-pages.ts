import { createRequire } from 'node:module';
import type { Express, RequestHandler } from 'express';
import { methodNotAllowed } from '../error-handler.ts';
import { page } from './page.ts';
import { redocBundle } from './redoc-bundle.ts';
import { loadDescription, startRedoc, startSwagger } from './scripts.ts';

const { resolve } = createRequire(import.meta.url);

/**
 * The description of the API as pages, for people. They say nothing of this service and are open to everybody: a browser
 * has no token when it opens a page. The description, which their script fetches, is not.
 */
export function mountPages(app: Express): void {
  const gets: Record<string, RequestHandler> = {
    '/docs': page({
      title: 'claude-harness API',
      styles: ['docs/assets/swagger-ui.css'],
      scripts: ['docs/assets/swagger-ui.js', 'docs/assets/start-swagger.js'],
    }),
    '/redoc': page({
      title: 'claude-harness API',
      styles: [],
      scripts: ['docs/assets/redoc.js', 'docs/assets/start-redoc.js'],
    }),
    '/docs/assets/swagger-ui.css': file('swagger-ui-dist/swagger-ui.css'),
    '/docs/assets/swagger-ui.js': file('swagger-ui-dist/swagger-ui-bundle.js'),
    '/docs/assets/redoc.js': redocBundle(resolve('redoc/bundles/redoc.standalone.js')),
    '/docs/assets/load.js': script(loadDescription),
    '/docs/assets/start-swagger.js': script(startSwagger),
    '/docs/assets/start-redoc.js': script(startRedoc),
  };
  for (const [path, handler] of Object.entries(gets)) {
    app.get(path, handler);
    app.all(path, methodNotAllowed('GET'));
  }
}

function file(name: string): RequestHandler {
  const path = resolve(name);
  return (_req, res) => {
    // Packages may lie in a folder whose name begins with a dot.
    res.sendFile(path, { dotfiles: 'allow', headers: { 'x-content-type-options': 'nosniff' } });
  };
}

function script(text: string): RequestHandler {
  return (_req, res) => {
    res.set({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-cache' }).type('js').send(text);
  };
}
