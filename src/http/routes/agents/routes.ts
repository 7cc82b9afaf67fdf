import type { Route } from '../route.ts';
import { agentListRoutes } from './agents.ts';
import { changeAgentRoutes } from './change-agents.ts';
import { decideRoutes } from './decide.ts';
import { eventRoutes } from './events.ts';
import { permissionRoutes } from './permissions.ts';
import { queryRoutes } from './query.ts';
import { readOnlyRoutes } from './read-only.ts';
import { sessionRoutes } from './sessions.ts';

/** Anthropic's API of agents (Managed Agents), what agents ask, and other faces of both. */
export const agentRoutes: readonly Route[] = [
  ...agentListRoutes,
  ...changeAgentRoutes,
  ...readOnlyRoutes,
  ...sessionRoutes,
  ...eventRoutes,
  ...permissionRoutes,
  ...decideRoutes,
  ...queryRoutes,
];
