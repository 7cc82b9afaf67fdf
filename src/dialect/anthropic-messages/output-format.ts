import { z } from 'zod';
import type { OutputFormat } from '../../core/turn-options.ts';
import { expected, expectedType, object } from '../anthropic-shared/schema-errors.ts';
import { effort } from './thinking.ts';

const format = z.discriminatedUnion(
  'type',
  [
    z.object({
      type: z.literal('json_schema'),
      schema: object.refine(({ type }) => type === 'object', { path: ['type'], error: "Input should be 'object'" }),
    }),
  ],
  { error: expectedType(['json_schema']) },
);

/** `output_format` is the name that `output_config.format` had in beta. */
export const outputFields = {
  output_config: z
    .looseObject({ effort: effort.nullish(), format: format.nullish() }, { error: expected('an object') })
    .nullish(),
  output_format: format.nullish(),
};

type OutputFields = z.infer<z.ZodObject<typeof outputFields>>;

/** The form that the answer must have; `undefined` for plain text. */
export function toOutputFormat({ output_config: config, output_format: old }: OutputFields): OutputFormat | undefined {
  if (config?.format != null) return { schema: config.format.schema, field: 'output_config.format.schema' };
  return old == null ? undefined : { schema: old.schema, field: 'output_format.schema' };
}
