import { z } from 'zod';
import { functionFields, toolName } from '../openai-shared/function-schema.ts';
import { expected } from '../openai-shared/schema-errors.ts';
import { allowedToolsFields, toolChoiceOf } from '../openai-shared/tool-choice-schema.ts';

const tool = z.object(
  {
    type: z.literal('function', {
      error: 'must be function: the service runs no tools of its own and does not support custom ones.',
    }),
    ...functionFields,
  },
  { error: expected('an object with type and name') },
);

export const tools = z.array(tool, { error: expected('a list of tools') });

const reference = z.object({ type: z.literal('function', { error: 'must be function.' }), name: toolName });

export const toolChoice = toolChoiceOf(
  reference,
  z.object({ type: z.literal('allowed_tools'), ...allowedToolsFields(reference) }),
);

export type ToolChoiceField = z.infer<typeof toolChoice>;
