import { z } from 'zod';
import { expected, expectedType, flag, object, text } from './schema-errors.ts';

const name = text.regex(/^[A-Za-z0-9_-]{1,128}$/, { error: "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'" });

/** The tools that the API runs or defines itself have a date at the end of their type. */
const noServerTools = (type: string) =>
  /^[a-z][a-z0-9_]{0,63}_\d{8}$/.test(type)
    ? `${type} is one of Anthropic's own tools, which this service does not offer; it supports only the client's own tools (type custom)`
    : undefined;

const clientTool = z.object({
  type: z.literal('custom'),
  name,
  description: text.nullish(),
  input_schema: object.refine(({ type }) => type === 'object', { path: ['type'], error: "Input should be 'object'" }),
  strict: flag.nullish(),
  // Sent on as they are.
  input_examples: z.array(object, { error: expected('a list of objects') }).nullish(),
  eager_input_streaming: flag.nullish(),
  // For use by the API's own tools; see `ignoredOfTools`.
  defer_loading: z.unknown().optional(),
  allowed_callers: z.unknown().optional(),
});

/** A tool without a type is the client's own. */
const tool = z
  .preprocess(
    (value) => (hasType(value) ? value : { ...value, type: 'custom' }),
    z.discriminatedUnion('type', [clientTool], { error: expectedType(['custom'], noServerTools) }),
  )
  .meta({ wire: clientTool.extend({ type: z.literal('custom').nullish() }) });

function hasType(value: unknown): value is { type: unknown } | null | undefined | string | number | boolean {
  return typeof value !== 'object' || value === null || ('type' in value && value.type !== null);
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

export type ToolParam = z.infer<typeof clientTool>;
export type ToolChoiceParam = z.infer<typeof toolChoice>;
