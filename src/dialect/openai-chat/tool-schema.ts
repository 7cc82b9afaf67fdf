import { z } from 'zod';
import { expected, expectedKind } from './content-schema.ts';

/** What the Messages API takes for a tool's name, and OpenAI's as well. */
export const toolName = z
  .string({ error: expected('a string') })
  .regex(/^[A-Za-z0-9_-]{1,64}$/, { error: 'must be 1 to 64 letters, digits, underscores or dashes.' });

const text = z.string({ error: expected('a string') });
const flag = z.boolean({ error: expected('true or false') });
export const jsonObject = z.record(z.string(), z.unknown(), { error: expected('a JSON schema (an object)') });

const definition = z.object(
  { name: toolName, description: text.nullish(), parameters: jsonObject.nullish(), strict: flag.nullish() },
  { error: expected('an object with a name') },
);

const tool = z.object(
  {
    type: z.literal('function', { error: 'must be function: the service runs no tools of its own.' }),
    function: definition,
  },
  { error: expected('an object with type and function') },
);

const named = z.object({ name: toolName }, { error: expected('an object with a name') });
const reference = z.object({ type: z.literal('function'), function: named });

export const tools = z.array(tool, { error: expected('a list of tools') });
export const functions = z.array(definition, { error: expected('a list of functions') });

/** A bare word becomes an object of that type: one shape, whose mistakes are told where they are. */
const wordToType = (words: readonly string[]) => (value: unknown) =>
  typeof value === 'string' && words.includes(value) ? { type: value } : value;

const allowedTools = z.object(
  {
    mode: z.enum(['auto', 'required'], { error: 'must be auto or required.' }),
    tools: z.array(reference, { error: expected('a list of tools') }),
  },
  { error: expected('an object with mode and tools') },
);

const word = <Word extends string>(type: Word) => z.object({ type: z.literal(type) });

export const toolChoice = z.preprocess(
  wordToType(['none', 'auto', 'required']),
  z.discriminatedUnion(
    'type',
    [
      word('none'),
      word('auto'),
      word('required'),
      reference,
      z.object({ type: z.literal('allowed_tools'), allowed_tools: allowedTools }),
    ],
    { error: expectedKind('none, auto, required or an object with a type', 'function', 'allowed_tools') },
  ),
);

/** The legacy form of an object has no `type`. */
const toTyped = (value: unknown) =>
  typeof value === 'object' && value !== null ? { ...value, type: 'function' } : wordToType(['none', 'auto'])(value);

export const functionCall = z.preprocess(
  toTyped,
  z.discriminatedUnion(
    'type',
    [word('none'), word('auto'), z.object({ type: z.literal('function'), name: toolName })],
    { error: 'must be none, auto or an object with a name.' },
  ),
);

export type ToolDefinition = z.infer<typeof definition>;
export type ToolChoiceField = z.infer<typeof toolChoice>;
