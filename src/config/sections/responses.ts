import ms from 'ms';
import { z } from 'zod';
import { duration } from '../key-types.ts';

export const responsesSection = z
  .strictObject({
    keep: duration({ zero: true, maxMs: ms('3650d') })
      .prefault('30d')
      .describe(
        'How long a stored response can be asked for or gone on from. `0` stores none, and deletes those there are.',
      ),
  })
  .describe('Responses kept for later requests.');
