import { plainPrompt } from '../../../dialect/plain-prompt/endpoint.ts';
import { forOwner } from '../../middleware/for-owner.ts';
import { answerRoute } from '../answer.ts';
import type { Route } from '../route.ts';
import { authRoutes } from './auth.ts';
import { executeRoute } from './execute.ts';
import { serviceRoutes } from './service.ts';

const asked = answerRoute(plainPrompt);

/** `POST /chat`, at one place and for the owner alone, as the container that it comes from has it. */
const promptRoute: Route = {
  ...asked,
  bases: [''],
  handle: (services) => [...forOwner(services), ...[asked.handle(services)].flat()],
};

/** What the owner of the service asks of it beside answers, as the clients of other harnesses know it. */
export const ownerRoutes: readonly Route[] = [...authRoutes, ...serviceRoutes, executeRoute, promptRoute];
