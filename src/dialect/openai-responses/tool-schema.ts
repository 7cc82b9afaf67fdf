import { z } from 'zod';
import { functionFields, toolName, wordToType } from '../openai-shared/function-schema.ts';
import { expected, expectedKind } from '../openai-shared/schema-errors.ts';

const tool = z.object(
  {
    type: z.literal('function', {
      error: 'must be function: the service runs no tools of its own, and knows no custom ones.',
    }),
    ...functionFields,
  },
  { error: expected('an object with type and name') },
);

export const tools = z.array(tool, { error: expected('a list of tools') });

const reference = z.object({ type: z.literal('function', { error: 'must be function.' }), name: toolName });
const word = <Word extends string>(type: Word) => z.object({ type: z.literal(type) });

const words = ['none', 'auto', 'required'] as const;

const choice = z.discriminatedUnion(
  'type',
  [
    word('none'),
    word('auto'),
    word('required'),
    reference,
    z.object({
      type: z.literal('allowed_tools'),
      mode: z.enum(['auto', 'required'], { error: 'must be auto or required.' }),
      tools: z.array(reference, { error: expected('a list of tools') }),
    }),
  ],
  { error: expectedKind('none, auto, required or an object with a type', 'function', 'allowed_tools') },
);
export const toolChoice = z.preprocess(wordToType(words), choice).meta({ wire: z.union([z.enum(words), choice]) });

export type ToolChoiceField = z.infer<typeof toolChoice>;
