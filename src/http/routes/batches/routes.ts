import type { Route } from '../route.ts';
import { messageBatchRoutes } from './message-batches.ts';
import { openAiBatchRoutes } from './openai-batches.ts';

/** Requests that nobody waits for, many at once: as each of the two APIs has them. */
export const batchRoutes: readonly Route[] = [...messageBatchRoutes, ...openAiBatchRoutes];
