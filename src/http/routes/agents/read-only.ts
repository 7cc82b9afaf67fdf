import { HarnessError } from '../../../core/errors.ts';
import type { Route } from '../route.ts';
import { agentRoute } from './agent-route.ts';

const changes = [
  ['post', '/v1/agents'],
  ['post', '/v1/agents/:id'],
  ['post', '/v1/agents/:id/archive'],
  ['post', '/v1/environments'],
  ['post', '/v1/environments/:id'],
  ['delete', '/v1/environments/:id'],
  ['post', '/v1/environments/:id/archive'],
] as const;

/** What an agent may do is for the server's owner to say: requests that would change it are told so. */
export const readOnlyRoutes: readonly Route[] = changes.map(([method, path]) =>
  agentRoute({
    method,
    path,
    handle: () => () => {
      throw new HarnessError(
        'UNSUPPORTED_PARAMETER',
        'Agents and their environments cannot be changed here: they come from agents in the configuration of the server (docs/agents.md). A session can be created with overrides.',
      );
    },
  }),
);
