import { z } from 'zod';
import { expected, expectedKind } from './content-schema.ts';

/** What the Messages API takes for a tool's name, and OpenAI's as well. */
const toolName = z
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

const mode = z.enum(['none', 'auto', 'required']);
const choiceObject = z.discriminatedUnion(
  'type',
  [
    reference,
    z.object({
      type: z.literal('allowed_tools'),
      allowed_tools: z.object(
        {
          mode: z.enum(['auto', 'required'], { error: 'must be auto or required.' }),
          tools: z.array(reference, { error: expected('a list of tools') }),
        },
        { error: expected('an object with mode and tools') },
      ),
    }),
  ],
  { error: expectedKind('none, auto, required or an object with a type', 'function', 'allowed_tools') },
);

/** A word or an object: told apart first, so that a mistake in the object is reported where it is. */
export const toolChoice = z.union([mode, choiceObject], {
  error: (issue) => unionProblem(issue) ?? 'must be none, auto, required or an object that names a function.',
});
export const functionCall = z.union([z.enum(['none', 'auto']), named], {
  error: 'must be none, auto or an object that names a function.',
});

function unionProblem(issue: { input?: unknown }): string | undefined {
  return issue.input === undefined ? 'is missing.' : undefined;
}

export type ToolDefinition = z.infer<typeof definition>;
export type ToolChoiceField = z.infer<typeof toolChoice>;
