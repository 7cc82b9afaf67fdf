import { z } from 'zod';
import { expected } from './schema-errors.ts';

/**
 * A string becomes a list of one text block: one shape for the code that follows. Here and elsewhere `wire` is what
 * clients may send, for descriptions.
 */
export function contentOf<Block extends z.ZodType>(block: Block) {
  return written(z.array(block, { error: expected('a valid string or a list of content blocks') }), z.string());
}

/** The same, where saying nothing makes no sense. */
export function someContentOf<Block extends z.ZodType>(block: Block) {
  const blocks = z.array(block, { error: expected('a valid string or a list of content blocks') });
  return written(blocks.min(1, { error: 'at least one content block is required' }), z.string().min(1));
}

function written<Blocks extends z.ZodType>(blocks: Blocks, text: z.ZodString) {
  return z
    .preprocess((content) => (typeof content === 'string' ? [{ type: 'text', text: content }] : content), blocks)
    .meta({ wire: z.union([text, blocks]) });
}
