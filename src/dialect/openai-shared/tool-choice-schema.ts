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

/** `tool_choice`: a word, one tool (`named`), or some of them (`allowed`). */
export function toolChoiceOf<Named extends z.ZodObject, Allowed extends z.ZodObject>(named: Named, allowed: Allowed) {
  const choice = z.discriminatedUnion('type', [word('none'), word('auto'), word('required'), named, allowed], {
    error: expectedKind('none, auto, required or an object with a type', 'function', 'allowed_tools'),
  });
  return z.preprocess(wordToType(words), choice).meta({ wire: z.union([z.enum(words), choice]) });
}
