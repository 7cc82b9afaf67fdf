import { z } from 'zod';
import { functionFields, toolName, wordToType } from '../openai-shared/function-schema.ts';
import { expected } from '../openai-shared/schema-errors.ts';
import { allowedToolsFields, toolChoiceOf, word } from '../openai-shared/tool-choice-schema.ts';

const definition = z.object(functionFields, { error: expected('an object with a name') });

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

const allowedTools = z.object(allowedToolsFields(reference), { error: expected('an object with mode and tools') });

export const toolChoice = toolChoiceOf(
  [reference, z.object({ type: z.literal('allowed_tools'), allowed_tools: allowedTools })],
  'function',
  'allowed_tools',
);

const legacyWords = ['none', 'auto'] as const;

/** The legacy form of an object has no `type`. */
const toTyped = (value: unknown) =>
  typeof value === 'object' && value !== null ? { ...value, type: 'function' } : wordToType(legacyWords)(value);

export const functionCall = z
  .preprocess(
    toTyped,
    z.discriminatedUnion(
      'type',
      [word('none'), word('auto'), z.object({ type: z.literal('function'), name: toolName })],
      { error: 'must be none, auto or an object with a name.' },
    ),
  )
  .meta({ wire: z.union([z.enum(legacyWords), named]) });

export type ToolChoiceField = z.infer<typeof toolChoice>;
