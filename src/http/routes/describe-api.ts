import type { Route } from './route.ts';

/** `GET /openapi.json`. It is made when it is first asked for, and kept. */
export const descriptionRoute: Route = {
  method: 'get',
  path: '/openapi.json',
  bases: [''],
  handle: ({ describe }) => {
    let description: Promise<string> | undefined;
    return async (_req, res) => {
      description ??= describe().then((document) => JSON.stringify(document));
      res.type('json').send(await description);
    };
  },
  describe: async () => (await import('../openapi/service-operations.ts')).serviceOperations.description,
};
