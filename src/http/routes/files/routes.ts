import type { RequestHandler } from 'express';
import type { FilePage } from '../../../core/files.ts';
import { refuseForms } from '../../middleware/json-body.ts';
import { refuseWebPages } from '../../middleware/refuse-web-pages.ts';
import { readQuery } from '../../read-query.ts';
import { callerOf, idOf } from '../agents/agent-route.ts';
import { everyBase, type Route, type RouteServices } from '../route.ts';
import { download } from './download.ts';
import { fileApiOf } from './file-api.ts';
import { upload } from './upload.ts';

const path = '/v1/files/:id';
const shared: Pick<Route, 'bases'> = { bases: everyBase };
const operations = async () => (await import('../../openapi/file-operations.ts')).fileOperations;
const empty: FilePage = { data: [], hasMore: false };

/** Files that clients leave with the service, in the shape of the API that the client speaks. */
export const fileRoutes: readonly Route[] = [
  {
    ...shared,
    method: 'post',
    path: '/v1/files',
    // A browser sends forms across origins without asking first.
    handle: (services) => [refuseWebPages(services.corsOrigins), upload(services)],
    describe: async () => {
      const { fileOperations, fileParts } = await import('../../openapi/file-operations.ts');
      return { ...fileOperations.upload, parts: fileParts };
    },
  },
  { ...shared, method: 'get', path: '/v1/files', handle: list, describe: async () => (await operations()).list },
  { ...shared, method: 'get', path, handle: show, describe: async () => (await operations()).get },
  {
    ...shared,
    method: 'get',
    path: `${path}/content`,
    handle: download,
    describe: async () => (await operations()).content,
  },
  {
    ...shared,
    method: 'delete',
    path,
    handle: (services) => [refuseWebPages(services.corsOrigins), refuseForms, forget(services)],
    describe: async () => (await operations()).delete,
  },
];

function list({ files }: RouteServices): RequestHandler {
  return async (req, res) => {
    const api = fileApiOf(req, res);
    const query = api.toQuery(readQuery(req));
    res.json(api.showPage(query === undefined ? empty : await files.list(callerOf(res), query), query));
  };
}

function show({ files }: RouteServices): RequestHandler {
  return async (req, res) => {
    res.json(fileApiOf(req, res).show(await files.describe(callerOf(res), idOf(req), 'id')));
  };
}

function forget({ files }: RouteServices): RequestHandler {
  return async (req, res) => {
    const id = idOf(req);
    await files.delete(callerOf(res), id);
    res.json(fileApiOf(req, res).showDeleted(id));
  };
}
