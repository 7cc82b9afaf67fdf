import { z } from 'zod';
import { boolean } from '../key-types.ts';

export const adminSection = z
  .strictObject({
    execute: boolean()
      .prefault(false)
      .describe(
        'Whether the owner may run the few commands of the `claude` program that only report, by `POST /execute`.',
      ),
    logout: boolean()
      .prefault(false)
      .describe('Whether the owner may log the `claude` program out, by `POST /auth/logout`.'),
  })
  .describe('What the owner may do over HTTP beside asking for answers.');
