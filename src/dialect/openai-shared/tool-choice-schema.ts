import { z } from 'zod';
import { wordToType } from './function-schema.ts';
import { expected, expectedKind } from './schema-errors.ts';

const words = ['none', 'auto', 'required'] as const;

/** A choice that is one word, as an object: `{ type: word }`. */
export const word = <Word extends string>(type: Word) => z.object({ type: z.literal(type) });

/** The fields of a choice among some of the tools, each named by a `reference`. */
export const allowedToolsFields = <Reference extends z.ZodType>(reference: Reference) => ({
  mode: z.enum(['auto', 'required'], { error: 'must be auto or required.' }),
  tools: z.array(reference, { error: expected('a list of tools') }),
});

/** `tool_choice`: a word, or one of the `choices`, whose types are the `kinds`. */
export function toolChoiceOf<Choice extends z.ZodObject>(choices: readonly Choice[], ...kinds: string[]) {
  const choice = z.discriminatedUnion('type', [word('none'), word('auto'), word('required'), ...choices], {
    error: expectedKind('none, auto, required or an object with a type', ...kinds),
  });
  return z.preprocess(wordToType(words), choice).meta({ wire: z.union([z.enum(words), choice]) });
}
