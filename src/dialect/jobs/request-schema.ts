import { z } from 'zod';

/** The body that begins a job; what it has besides is its request's. */

const maxPairs = 16;
const metadata = z
  .record(z.string().min(1).max(64), z.string().max(512), { error: 'Input should be an object of strings' })
  .refine((pairs) => Object.keys(pairs).length <= maxPairs, { error: `Input should have at most ${maxPairs} pairs` });

const text = z.string({ error: 'Input should be a string' }).min(1, { error: 'Input should not be empty' });

export const jobBody = z
  .looseObject({
    prompt: text.exactOptional().meta({ description: 'What is asked: short for one message of a user.' }),
    endpoint: text.exactOptional().meta({
      description: 'At which API the request would be made; `/v1/messages` by default.',
      examples: ['/v1/messages', '/v1/chat/completions', '/v1/responses'],
    }),
    body: z
      .record(z.string(), z.unknown(), { error: 'Input should be an object' })
      .exactOptional()
      .meta({ description: 'The whole request; absent: its fields stand beside those of the job.' }),
    agent: text.exactOptional().meta({ description: 'The agent that works on `prompt`, in a session of its own.' }),
    model: text.exactOptional(),
    webhook: z
      .url({ protocol: /^https?$/, error: 'Input should be an http or https address' })
      .nullable()
      .exactOptional()
      .meta({ description: 'Who is told of the end; only where the service allows it.' }),
    metadata: metadata.nullable().exactOptional(),
  })
  .meta({
    anyOf: [{ required: ['prompt'] }, { required: ['body'] }, { required: ['messages'] }, { required: ['input'] }],
  });

const maxLimit = 100;
const whole = `Input should be a whole number from 1 to ${maxLimit}`;
export const jobQuery = z.looseObject({
  limit: z.coerce
    .number({ error: whole })
    .int({ error: whole })
    .min(1, { error: whole })
    .max(maxLimit, { error: whole })
    .default(20),
  after: z.string({ error: 'Input should be the id of a job' }).exactOptional(),
});
