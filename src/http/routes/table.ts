import type { Endpoint } from '../../core/endpoint.ts';
import { messages } from '../../dialect/anthropic-messages/endpoint.ts';
import { chatCompletions } from '../../dialect/openai-chat/endpoint.ts';
import { completions } from '../../dialect/openai-chat/text-endpoint.ts';
import { responses } from '../../dialect/openai-responses/endpoint.ts';
import { agentRoutes } from './agents/routes.ts';
import { answerRoute } from './answer.ts';
import { batchRoutes } from './batches/routes.ts';
import { cacheRoutes } from './cache.ts';
import { conversationRoutes } from './conversations.ts';
import { countTokensRoute } from './count-tokens.ts';
import { dashboardRoutes } from './dashboard/page.ts';
import { sessionRoutes } from './dashboard/session.ts';
import { descriptionRoute } from './describe-api.ts';
import { fileRoutes } from './files/routes.ts';
import { healthRoutes } from './health.ts';
import { compactRoute, inputTokensRoute } from './input-tokens.ts';
import { jobRoutes } from './jobs.ts';
import { logRoutes } from './logs/routes.ts';
import { metricsRoute } from './metrics.ts';
import { modelRoutes } from './models.ts';
import { ownerRoutes } from './owner/routes.ts';
import { pageRoutes } from './pages.ts';
import type { Route } from './route.ts';
import { startRoutes } from './start.ts';
import { storedResponseRoutes } from './stored-responses.ts';
import { turnRoutes } from './turns/routes.ts';

/** Every way to ask for answers. A further dialect is a line here. */
export const endpoints: readonly Endpoint[] = [chatCompletions, completions, responses, messages];

/** Every route of the service: what is mounted, what answers 405, what stays out of the log, what is described. */
export function routesFor(asking: readonly Endpoint[]): readonly Route[] {
  return [
    ...asking.map(answerRoute),
    countTokensRoute,
    // Before the paths of stored responses, whose ids they would be.
    inputTokensRoute,
    compactRoute,
    ...storedResponseRoutes,
    ...batchRoutes,
    ...modelRoutes,
    ...fileRoutes,
    // They leave to the routes of agents what is not theirs.
    ...conversationRoutes,
    ...agentRoutes,
    ...healthRoutes,
    ...startRoutes,
    metricsRoute,
    ...logRoutes,
    ...ownerRoutes,
    ...cacheRoutes,
    ...turnRoutes,
    ...jobRoutes,
    descriptionRoute,
    ...pageRoutes,
    ...sessionRoutes,
    ...dashboardRoutes,
  ];
}
