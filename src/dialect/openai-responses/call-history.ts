import type { ToolResultBlock, ToolUseBlock } from '../../core/conversation.ts';
import { toArguments, toCalledName } from '../openai-shared/call-arguments.ts';
import { toTextBlocks } from '../openai-shared/media.ts';
import type { InputItem } from './item-schema.ts';
import { applyPatchName, localShellName, toModelName } from './tool-forms.ts';

type Item<Type extends InputItem['type']> = Extract<InputItem, { type: Type }>;
export type CallItem = Item<'function_call' | 'custom_tool_call' | 'local_shell_call' | 'apply_patch_call'>;

/** A call of an earlier answer, as the model made it. */
export function fromCallItem(item: CallItem): ToolUseBlock {
  const { type, call_id: id } = item;
  switch (type) {
    case 'function_call':
      return { type: 'tool_use', id, name: nameOf(item), input: toArguments(item.arguments) };
    case 'custom_tool_call':
      return { type: 'tool_use', id, name: nameOf(item), input: { input: item.input } };
    case 'local_shell_call':
      return { type: 'tool_use', id, name: localShellName, input: fromAction(item.action) };
    case 'apply_patch_call':
      return { type: 'tool_use', id, name: applyPatchName, input: item.operation };
  }
}

function nameOf({ name, namespace }: Item<'function_call' | 'custom_tool_call'>): string {
  return toModelName(toCalledName(name), namespace == null ? namespace : toCalledName(namespace));
}

/** Without what the model did not say: OpenAI writes every field of an action. */
function fromAction({ type: _type, ...action }: Record<string, unknown>): Record<string, unknown> {
  const isEmpty = (value: unknown) => value == null || (typeof value === 'object' && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(action).filter(([, value]) => !isEmpty(value)));
}

/** The id of the call that an item answers; `undefined` for other items. */
export function answeredBy(item: InputItem): string | undefined {
  const { type } = item;
  // OpenAI's own field is `id` here.
  if (type === 'local_shell_call_output') return item.call_id ?? item.id ?? undefined;
  const answers =
    type === 'function_call_output' || type === 'custom_tool_call_output' || type === 'apply_patch_call_output';
  return answers ? item.call_id : undefined;
}

/** Whether the item is a call that was not written to its end. */
export function isCut(item: InputItem): item is CallItem {
  const { type } = item;
  if (type === 'apply_patch_call') return item.status === 'in_progress';
  const isCall = type === 'function_call' || type === 'custom_tool_call' || type === 'local_shell_call';
  return isCall && item.status === 'incomplete';
}

/** A patch that was applied often has no words. */
export function fromPatchOutput({
  status,
  output,
}: Item<'apply_patch_call_output'>): Pick<ToolResultBlock, 'content' | 'is_error'> {
  const content = toTextBlocks(output == null || output === '' ? `The patch has ${status}.` : output);
  return { content, ...(status === 'failed' && { is_error: true }) };
}
