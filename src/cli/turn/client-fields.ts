import type { CacheControl, Conversation } from '../../core/conversation.ts';
import { HarnessError } from '../../core/errors.ts';
import type { TurnOptions } from '../../core/turn-options.ts';
import { without } from '../../core/without.ts';

/** A client's further fields, as far as they are not the CLI's own. */
export interface ClientFields {
  extra: Readonly<Record<string, unknown>>;
  /** The client's mark for the end of the prompt. */
  endMark?: CacheControl;
}

/** `metadata` says who the CLI's user is, and stays the CLI's. */
export function clientFields({ extra = {} }: TurnOptions): ClientFields {
  const { cache_control: mark } = extra;
  return { extra: without(extra, 'metadata', 'cache_control'), ...(isMark(mark) && { endMark: mark }) };
}

/** Fields that do not get through the CLI: it ends the turn with an error, or leaves them out (2.1.332). */
const uncarried = ['mcp_servers', 'user_profile_id'];

/** Throws `UNSUPPORTED_PARAMETER` for what no turn through the CLI can have, however it is asked for. */
export function requireCarried({ messages, apiTools = [] }: Conversation, { extra = {} }: TurnOptions): void {
  const field = uncarried.find((name) => extra[name] !== undefined);
  if (field !== undefined) throw refused(field, field);
  const tool = apiTools.find(({ definition }) => isOfMcp(definition));
  if (tool !== undefined) throw refused(`tools.${tool.index}.type`, String(tool.definition['type']));
  for (const [index, { content }] of messages.entries()) {
    const block = content.find((each) => each.type === 'opaque' && isOfMcp(each.block));
    if (block?.type === 'opaque') throw refused(`messages.${index}.content`, String(block.block['type']));
  }
}

function isOfMcp({ type }: Readonly<Record<string, unknown>>): boolean {
  return typeof type === 'string' && /^mcp_(toolset|tool_use|tool_result)$/.test(type);
}

function isMark(value: unknown): value is CacheControl {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function refused(param: string, what: string): HarnessError {
  return new HarnessError(
    'UNSUPPORTED_PARAMETER',
    `${param}: ${what} cannot be sent through the claude CLI. Leave it out, or ask the direct backend, under /api.`,
    { param },
  );
}
