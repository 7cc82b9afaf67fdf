import * as z from 'zod';

const content = z.array(z.looseObject({ type: z.string(), text: z.string().optional() }));
const called = { name: z.string(), input: z.record(z.string(), z.unknown()) };

/** The events that the commands show or act on; others are passed over. */
const shown = z.discriminatedUnion('type', [
  z.object({ type: z.literal('event_start'), event: z.object({ id: z.string() }) }),
  z.object({
    type: z.literal('event_delta'),
    event_id: z.string(),
    delta: z.object({ content: z.object({ text: z.string() }) }),
  }),
  z.object({ type: z.literal('user.message'), id: z.string(), content }),
  z.object({ type: z.literal('user.tool_confirmation'), tool_use_id: z.string() }),
  z.object({ type: z.literal('agent.message'), id: z.string(), content }),
  z.object({ type: z.literal('agent.tool_use'), id: z.string(), ...called }),
  z.object({ type: z.literal('agent.mcp_tool_use'), id: z.string(), ...called }),
  z.object({ type: z.literal('agent.custom_tool_use'), id: z.string(), ...called }),
  z.object({ type: z.literal('agent.tool_result'), content: content.optional(), is_error: z.boolean().nullish() }),
  z.object({ type: z.literal('agent.mcp_tool_result'), content: content.optional(), is_error: z.boolean().nullish() }),
  z.object({
    type: z.literal('session.status_idle'),
    stop_reason: z.looseObject({ type: z.string(), event_ids: z.array(z.string()).optional() }),
  }),
  z.object({ type: z.literal('session.error'), error: z.object({ message: z.string() }) }),
  z.object({ type: z.literal('session.status_terminated') }),
  z.object({ type: z.literal('session.deleted') }),
]);

export type ShownEvent = z.infer<typeof shown>;

/** `undefined` for what is not shown. */
export function toShownEvent(event: unknown): ShownEvent | undefined {
  return shown.safeParse(event).data;
}

/** Blocks that are no text are named by their type. */
export function textOf(blocks: z.infer<typeof content>): string {
  return blocks.map(({ type, text }) => text ?? `(${type})`).join('\n');
}
