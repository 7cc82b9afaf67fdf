import type { RequestHandler } from 'express';
import { assetFile } from '../pages/asset-file.ts';
import { page } from '../pages/page.ts';
import { packagedFile } from '../pages/page-files.ts';
import { redocBundle } from '../pages/redoc-bundle.ts';
import { loadDescription, startRedoc, startSwagger } from '../pages/scripts.ts';
import type { Route } from './route.ts';

const title = 'claude-harness API';

/**
 * The description of the API as pages, for people. They say nothing of this service and are open to everybody: a browser
 * has no token when it opens a page. The description, which their script fetches, is not.
 */
export const pageRoutes: readonly Route[] = [
  {
    ...open('/docs', () =>
      page({
        title,
        styles: ['docs/assets/swagger-ui.css'],
        scripts: ['docs/assets/swagger-ui.js', 'docs/assets/start-swagger.js'],
      }),
    ),
    describe: async () => (await import('../openapi/service-operations.ts')).serviceOperations.docs,
  },
  {
    ...open('/redoc', () =>
      page({ title, styles: [], scripts: ['docs/assets/redoc.js', 'docs/assets/start-redoc.js'] }),
    ),
    describe: async () => (await import('../openapi/service-operations.ts')).serviceOperations.redoc,
  },
  open('/docs/assets/swagger-ui.css', () => assetFile(packagedFile('swagger-ui.css'))),
  open('/docs/assets/swagger-ui.js', () => assetFile(packagedFile('swagger-ui-bundle.js'))),
  open('/docs/assets/redoc.js', () => redocBundle(packagedFile('redoc.standalone.js'))),
  open('/docs/assets/load.js', () => script(loadDescription)),
  open('/docs/assets/start-swagger.js', () => script(startSwagger)),
  open('/docs/assets/start-redoc.js', () => script(startRedoc)),
];

function open(path: string, handle: () => RequestHandler): Route {
  return { method: 'get', path, bases: [''], isOpen: true, handle };
}

function script(text: string): RequestHandler {
  return (_req, res) => {
    res.set({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-cache' }).type('js').send(text);
  };
}
