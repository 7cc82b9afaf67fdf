import { HarnessError } from '../../../core/errors.ts';
import type { Route } from '../route.ts';
import { agentRoute } from './agent-route.ts';

const changes = [
  ['post', '/v1/environments'],
  ['post', '/v1/environments/:id'],
  ['delete', '/v1/environments/:id'],
  ['post', '/v1/environments/:id/archive'],
] as const;

/** Where agents work is for the configuration to say: requests that would change it are told so. */
export const readOnlyRoutes: readonly Route[] = changes.map(([method, path]) =>
  agentRoute({
    method,
    path,
    handle: () => () => {
      throw new HarnessError(
        'UNSUPPORTED_PARAMETER',
        'Environments cannot be changed here: they are the folders of the agents in the configuration of the server (docs/agents.md).',
      );
    },
  }),
);
