import { z } from 'zod';
import { expected } from './schema-errors.ts';

/** What both the Messages API and OpenAI's accept as the name of a tool. */
export const toolName = z
  .string({ error: expected('a string') })
  .regex(/^[A-Za-z0-9_-]{1,64}$/, { error: 'must be 1 to 64 letters, digits, underscores or dashes.' });

export const text = z.string({ error: expected('a string') });
export const flag = z.boolean({ error: expected('true or false') });
export const jsonObject = z.record(z.string(), z.unknown(), { error: expected('a JSON schema (an object)') });

/** How both APIs describe a client's function. */
export const functionFields = {
  name: toolName,
  description: text.nullish(),
  parameters: jsonObject.nullish(),
  strict: flag.nullish(),
};

export type FunctionDefinition = z.infer<z.ZodObject<typeof functionFields>>;

/** A bare word becomes an object of that type: one shape, whose mistakes are reported where they are. */
export const wordToType = (words: readonly string[]) => (value: unknown) =>
  typeof value === 'string' && words.includes(value) ? { type: value } : value;
