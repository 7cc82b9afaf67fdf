import { z } from 'zod';
import { invalidRequest, toRequestError } from '../openai-shared/invalid-request.ts';
import { toInputId, type ItemKind } from './ids.ts';
import type { InputItem } from './item-schema.ts';
import type { ItemPage } from './types.ts';

/** An item as it is stored. */
export type ListedItem = InputItem & { id: string };

const kinds: Readonly<Record<InputItem['type'], ItemKind>> = {
  message: 'msg',
  function_call: 'fc',
  function_call_output: 'fco',
  custom_tool_call: 'ctc',
  custom_tool_call_output: 'ctco',
  local_shell_call: 'lsh',
  local_shell_call_output: 'lsho',
  apply_patch_call: 'apc',
  apply_patch_call_output: 'apco',
  additional_tools: 'at',
  reasoning: 'rs',
  web_search_call: 'ws',
  item_reference: 'msg',
};

/** The request's items with ids, the client's own where each is the only one of its name. */
export function toListedItems(items: readonly InputItem[], responseId: string): ListedItem[] {
  const seen = new Set<string>();
  return items.map((item, index) => {
    const own = typeof item.id === 'string' && item.id !== '' && !seen.has(item.id) ? item.id : undefined;
    const id = own ?? toInputId(kinds[item.type], responseId, index);
    seen.add(id);
    const status = item.type === 'message' || item.type === 'function_call_output' ? { status: 'completed' } : {};
    return { ...status, ...item, id };
  });
}

const maxLimit = 100;
const whole = `must be a whole number from 1 to ${maxLimit}.`;
export const itemPageQuery = z.looseObject({
  after: z.string({ error: 'must be the id of an item.' }).optional(),
  order: z.enum(['asc', 'desc'], { error: 'must be asc or desc.' }).default('desc'),
  limit: z.coerce
    .number({ error: whole })
    .int({ error: whole })
    .min(1, { error: whole })
    .max(maxLimit, { error: whole })
    .default(20),
});

/** A page of a request's items, the last one first unless asked otherwise. Throws `INVALID_REQUEST`. */
export function toItemPage(items: readonly object[], params: unknown): ItemPage {
  const parsed = itemPageQuery.safeParse(params);
  if (!parsed.success) throw toRequestError(parsed.error.issues[0], 'The query could not be read.');
  const { after, order, limit } = parsed.data;
  const ordered = order === 'asc' ? items : items.toReversed();
  const start = after === undefined ? 0 : ordered.findIndex((item) => idOf(item) === after) + 1;
  if (after !== undefined && start === 0) throw invalidRequest('after', 'does not name any of the items.');
  const data = ordered.slice(start, start + limit);
  return {
    object: 'list',
    data,
    first_id: idOf(data[0]),
    last_id: idOf(data.at(-1)),
    has_more: start + limit < ordered.length,
  };
}

function idOf(item: object | undefined): string | null {
  return item !== undefined && 'id' in item && typeof item.id === 'string' ? item.id : null;
}
