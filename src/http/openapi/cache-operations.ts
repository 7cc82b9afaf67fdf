import { cacheCleared, cacheStats } from '../routes/cache-schema.ts';
import { eitherFormat } from './errors-format.ts';
import { behindToken } from './failures.ts';
import { everyAnswer } from './headers.ts';
import { jsonAnswer, operation, type Operation } from './operation.ts';

const shared = {
  tag: 'Usage',
  failures: [...behindToken, 'ROLE_REQUIRED'],
  formats: eitherFormat,
  headers: everyAnswer,
} as const;

/** The response cache. */
export const cacheOperations = {
  stats: operation({
    ...shared,
    id: 'getCacheStats',
    summary: 'What the response cache holds, and what it has done since the service started',
    answers: { 200: jsonAnswer('The figures.', everyAnswer, { name: 'CacheStats', schema: cacheStats }) },
  }),
  clear: operation({
    ...shared,
    failures: [...shared.failures, 'UNSUPPORTED_MEDIA_TYPE'],
    id: 'clearCache',
    summary: 'Forget all answers that are kept',
    description: 'For the owner. Answers that are being made are not kept either.',
    answers: { 200: jsonAnswer('How many there were.', everyAnswer, { name: 'CacheCleared', schema: cacheCleared }) },
  }),
} satisfies Record<string, Operation>;
