import ms from 'ms';
import { z } from 'zod';
import { duration } from '../key-types.ts';

export const responsesSection = z
  .strictObject({
    keep: duration({ zero: true, maxMs: ms('3650d') })
      .prefault('30d')
      .describe(
        'How long a stored response can be retrieved or continued. `0` stores none and deletes the existing ones.',
      ),
  })
  .describe('Responses kept for later requests.');
