import { z } from 'zod';
import { isObject } from '../../core/is-object.ts';
import { cacheControl, expected, expectedType, flag, object, text } from '../anthropic-shared/schema-errors.ts';

const name = text.regex(/^[A-Za-z0-9_-]{1,128}$/, { error: "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'" });

const clientTool = z.looseObject({
  type: z.literal('custom'),
  name,
  description: text.nullish(),
  input_schema: object.refine(({ type }) => type === 'object', { path: ['type'], error: "Input should be 'object'" }),
  strict: flag.nullish(),
  cache_control: cacheControl,
});

const apiTool = z.object({ type: z.literal('api'), definition: object });

/** A tool without a type is the client's own; those of other types, such as `web_search_20250305`, are the API's. */
const tool = z
  .preprocess(withType, z.discriminatedUnion('type', [clientTool, apiTool], { error: expectedType(['custom']) }))
  .meta({
    wire: z.union([clientTool.extend({ type: z.literal('custom').nullish() }), z.looseObject({ type: z.string() })]),
  });

function withType(value: unknown): unknown {
  if (!isObject(value)) return value;
  const { type } = value;
  if (type === undefined || type === null) return { ...value, type: 'custom' };
  return typeof type === 'string' && type !== 'custom' ? { type: 'api', definition: value } : value;
}

export const tools = z.array(tool, { error: expected('a list of tools') });

const single = { disable_parallel_tool_use: flag.nullish() };

export const toolChoice = z.discriminatedUnion(
  'type',
  [
    z.object({ type: z.literal('auto'), ...single }),
    z.object({ type: z.literal('any'), ...single }),
    z.object({ type: z.literal('tool'), name, ...single }),
    z.object({ type: z.literal('none') }),
  ],
  { error: expectedType(['auto', 'any', 'tool', 'none']) },
);

export type ClientToolParam = z.infer<typeof clientTool>;
export type ToolParam = z.infer<typeof tool>;
export type ToolChoiceParam = z.infer<typeof toolChoice>;
