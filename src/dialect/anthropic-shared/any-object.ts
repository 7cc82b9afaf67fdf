import { z } from 'zod';

/** An object that is passed on as it is, without a copy. */
export const anyObject = z
  .custom<Readonly<Record<string, unknown>>>((value) => typeof value === 'object' && value !== null)
  .meta({ type: 'object' });
