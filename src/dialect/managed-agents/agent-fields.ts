import { z } from 'zod';
import { fields, refused } from '../anthropic-shared/read-request.ts';
import { expected, text } from '../anthropic-shared/schema-errors.ts';

/** Fields that agents and their sessions have alike. */

export const id = text.min(1, { error: 'Input should not be empty' });
export const version = z
  .int({ error: expected('a valid integer') })
  .min(1, { error: 'Input should be greater than or equal to 1' })
  .exactOptional();

export const upTo = (length: number) => text.max(length, { error: `String should have at most ${length} characters` });

export const maxSystemLength = 100_000;

const notHere = 'This cannot be chosen here';
const modelConfig = fields({
  id,
  effort: refused(notHere),
  inference_geo: refused(notHere),
  speed: z
    .literal('standard', { error: expected("'standard'") })
    .nullable()
    .exactOptional(),
});
export const model = z
  .preprocess((value) => (typeof value === 'string' ? { id: value } : value), modelConfig)
  .meta({ wire: z.union([z.string(), modelConfig]) });

const maxPairs = 16;
const maxKeyLength = 64;
const maxValueLength = 512;

export const metadataOf = <Value extends z.ZodType>(value: Value) =>
  z
    .record(z.string(), value, { error: expected('an object') })
    .refine((pairs) => Object.keys(pairs).length <= maxPairs, { error: `at most ${maxPairs} pairs are kept` })
    .refine((pairs) => Object.keys(pairs).every((key) => key !== '' && key.length <= maxKeyLength), {
      error: `Keys should have 1 to ${maxKeyLength} characters`,
    });
export const metadataValue = upTo(maxValueLength);
