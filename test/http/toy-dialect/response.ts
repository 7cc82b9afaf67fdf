import { z } from 'zod';
import type { WholeAnswer } from '../../../src/core/endpoint.ts';

export const toyAnswer = z.object({ said: z.string() });

export function toyResponse(): WholeAnswer {
  let said = '';
  return {
    push: (event) => {
      if (event.type === 'text') said += event.text;
    },
    body: () => ({ said }),
  };
}
