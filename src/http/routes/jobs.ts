import type { Request, RequestHandler } from 'express';
import { isObject } from '../../core/is-object.ts';
import { toWireJob, toWireJobs } from '../../dialect/jobs/job.ts';
import type { DeletedJob } from '../../dialect/jobs/job-schema.ts';
import { fromJobBody, fromJobQuery } from '../../dialect/jobs/request.ts';
import { jsonBody, refuseForms } from '../middleware/json-body.ts';
import { refuseWebPages } from '../middleware/refuse-web-pages.ts';
import { ownUrl } from '../own-url.ts';
import { takeRawBody } from '../raw-body.ts';
import { readQuery } from '../read-query.ts';
import { recordOf } from '../record-of.ts';
import type { Route, RouteServices } from './route.ts';

const operations = async () => (await import('../openapi/job-operations.ts')).jobOperations;
const bases = [''] as const;
const path = '/v1/jobs';
const one = `${path}/:id`;

/** Requests and turns of agents that are begun now, and whose answers are fetched later. */
export const jobRoutes: readonly Route[] = [
  { method: 'post', path, bases, handle: create, describe: async () => (await operations()).create },
  { method: 'get', path, bases, handle: list, describe: async () => (await operations()).list },
  { method: 'get', path: one, bases, isQuiet: true, handle: show, describe: async () => (await operations()).get },
  { method: 'post', path: `${one}/stop`, bases, handle: stop, describe: async () => (await operations()).stop },
  { method: 'delete', path: one, bases, handle: remove, describe: async () => (await operations()).delete },
];

/** Those of agents are kept by the service that runs them, so that it begins them at once. */
function create({ bodyLimitBytes, corsOrigins, forwardAgents, jobs }: RouteServices): RequestHandler[] {
  const forward: RequestHandler = (req, res, next) => {
    if (forwardAgents !== undefined && isObject(req.body) && req.body['agent'] !== undefined) {
      void forwardAgents(req, res, next);
      return;
    }
    next();
  };
  return [
    refuseWebPages(corsOrigins),
    ...jsonBody(bodyLimitBytes, { keepsRaw: forwardAgents !== undefined }),
    forward,
    async (req, res) => {
      takeRawBody(req);
      const { caller, client } = recordOf(res);
      const job = await jobs.create(caller, client, fromJobBody(req.body));
      res.status(202).json(toWireJob(job, urlOf(req)));
    },
  ];
}

function list({ jobs }: RouteServices): RequestHandler {
  return async (req, res) => {
    res.json(toWireJobs(await jobs.list(recordOf(res).caller, fromJobQuery(readQuery(req))), urlOf(req)));
  };
}

function show({ jobs }: RouteServices): RequestHandler {
  return async (req, res) => {
    res.json(toWireJob(await jobs.get(recordOf(res).caller, idOf(req)), urlOf(req)));
  };
}

function stop({ corsOrigins, jobs }: RouteServices): RequestHandler[] {
  return [
    refuseWebPages(corsOrigins),
    refuseForms,
    async (req, res) => {
      res.json(toWireJob(await jobs.stop(recordOf(res).caller, idOf(req)), urlOf(req)));
    },
  ];
}

function remove({ corsOrigins, jobs }: RouteServices): RequestHandler[] {
  return [
    refuseWebPages(corsOrigins),
    refuseForms,
    async (req, res) => {
      const id = idOf(req);
      await jobs.delete(recordOf(res).caller, id);
      const answer: DeletedJob = { job_id: id, object: 'job', deleted: true };
      res.json(answer);
    },
  ];
}

function urlOf(req: Request): (id: string) => string {
  return (id) => ownUrl(req, `${path}/${id}`);
}

function idOf({ params }: Request): string {
  return String(params['id']);
}
