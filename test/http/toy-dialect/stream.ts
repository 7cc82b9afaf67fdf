import { z } from 'zod';
import type { StreamedAnswer } from '../../../src/core/endpoint.ts';

export const toyEvent = z.object({ say: z.string() });

/** A line for each piece of text. */
export function toyStream(): StreamedAnswer {
  return {
    push: (event) => (event.type === 'text' ? [{ say: event.text }] : []),
    fail: ({ code }) => [{ say: `failed: ${code}` }],
  };
}
