import ms from 'ms';
import { z } from 'zod';
import { duration, integer, size } from '../key-types.ts';

export const conversationsSection = z
  .strictObject({
    keep: duration({ zero: false, maxMs: ms('3650d') })
      .prefault('30d')
      .describe('How long after its last answer a stored conversation can be continued.'),
    max: integer(1, 100_000)
      .prefault(1000)
      .describe(
        'Stored conversations that a token may have; without tokens, all clients together. A new one beyond that replaces the one that was not used for longest.',
      ),
    max_size: size(64 * 1024, 256 * 1024 ** 2)
      .prefault('32mb')
      .describe('Size of a stored conversation from which it takes no more requests.'),
  })
  .describe('Conversations that chat clients store with the service (`POST /v1/sessions`).');
