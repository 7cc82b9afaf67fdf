import { z } from 'zod';

const count = z.int().min(0);

/** Counts are since the start of the service. */
export const cacheStats = z.object({
  entries: count.meta({ description: 'Answers that are kept, expired ones that have not gone yet included.' }),
  bytes: count.meta({ description: 'Their size.' }),
  hits: count.meta({ description: 'Requests that were answered with a kept answer.' }),
  misses: count.meta({ description: 'Requests for which the model was asked.' }),
  stored: count.meta({ description: 'Answers that were kept.' }),
  joined: count.meta({ description: 'Requests that were answered with the turn of an equal one under way.' }),
});

export const cacheCleared = z.object({ deleted: count.meta({ description: 'Answers that were kept.' }) });
