import type { RequestHandler } from 'express';
import type { Route } from './route.ts';

/** Where things are. It says nothing of this service that is not in its documentation, so that everybody may see it. */
const places = {
  service: 'claude-harness',
  openai_base_url: '/v1',
  anthropic_base_url: '/',
  dashboard: '/dashboard',
  api: '/docs',
  openapi: '/openapi.json',
  health: '/health',
  ready: '/ready',
  metrics: '/metrics',
};

/** A browser is led to the page; a program that takes anything gets JSON. */
const start: RequestHandler = (req, res) => {
  res.vary('accept');
  if (req.accepts(['json', 'html']) === 'html') res.redirect('dashboard');
  else res.json(places);
};

export const startRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/',
    bases: [''],
    isOpen: true,
    handle: () => start,
    describe: async () => (await import('../openapi/service-operations.ts')).serviceOperations.start,
  },
  {
    // Anthropic's clients look with `HEAD` whether their API can be reached; the direct backend need not be there for that.
    method: 'get',
    path: '/api/hello',
    bases: [''],
    isOpen: true,
    isQuiet: true,
    handle: () => (_req, res) => {
      res.json({ message: 'hello' });
    },
    describe: async () => (await import('../openapi/service-operations.ts')).serviceOperations.hello,
  },
];
