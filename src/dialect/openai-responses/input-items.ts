import type { Conversation, RedactedThinkingBlock, ThinkingBlock } from '../../core/conversation.ts';
import type { EarlierCalls } from '../../core/earlier-calls.ts';
import { HarnessError } from '../../core/errors.ts';
import { invalidRequest } from '../openai-shared/invalid-request.ts';
import { answeredBy, fromCallItem, fromPatchOutput, isCut } from './call-history.ts';
import { fromTextParts, fromUserParts, type Ignore } from './content-parts.ts';
import { ConversationBuilder } from './conversation-builder.ts';
import { inputItem, type InputItem, type ReasoningItem } from './item-schema.ts';
import { encryptedContent } from './encrypted-content.ts';
import { openThought } from './sealed-thought.ts';

/** What came before this request, and what can be found by its id. */
export interface History {
  /** The items of the responses that it continues, the oldest first. */
  earlier: readonly object[];
  /** The calls of a stored conversation that it continues. */
  earlierCalls?: EarlierCalls | undefined;
  /** An item that the client names by its id alone; `undefined` when it is not stored. */
  findItem: (id: string) => object | undefined;
}

export interface ItemsInput extends Pick<History, 'earlier' | 'earlierCalls'> {
  instructions: string | undefined;
  /** The request's own, without references. */
  items: readonly InputItem[];
  model: string;
  ignore: Ignore;
}

const silently = (): void => undefined;

/** The conversation that the items make up. Throws `INVALID_REQUEST`. */
export function fromItems({ instructions, earlier, earlierCalls, items, model, ignore }: ItemsInput): Conversation {
  const builder = new ConversationBuilder(earlierCalls);
  if (instructions !== undefined && /\S/.test(instructions)) builder.addSystem(instructions);
  const placed: { item: InputItem; path: string; ignore: Ignore }[] = [
    ...earlier.map((item) => ({ item: readStored(item), path: 'previous_response_id', ignore: silently })),
    ...items.map((item, index) => ({ item, path: `input[${index}]`, ignore })),
  ];
  const answered = new Set(placed.map(({ item }) => answeredBy(item)));
  for (const [index, { item, ...place }] of placed.entries()) {
    // Cut off by `max_output_tokens`: it is left out, unless a client has answered it all the same.
    if (isCut(item) && !answered.has(item.call_id)) continue;
    addItem(builder, item, { ...place, index, model });
  }
  return builder.build();
}

/** The ids under which `resolveReferences` looks for stored items. */
export function referencedIds(items: readonly InputItem[]): string[] {
  return items.flatMap((item) => {
    if (item.type === 'item_reference') return [item.id];
    return item.type === 'reasoning' && item.encrypted_content == null && item.id != null ? [item.id] : [];
  });
}

/** The request’s items, each reference replaced by the item that it names. Throws `INVALID_REQUEST`. */
export function resolveReferences(items: readonly InputItem[], findItem: History['findItem']): InputItem[] {
  return items.map((item, index) => {
    if (item.type === 'reasoning' && item.encrypted_content == null && item.id != null) {
      // What a client leaves out may be stored; where it is not, the thinking memory may still have it by the call's id.
      const stored = findItem(item.id);
      return stored === undefined ? item : readStored(stored);
    }
    if (item.type !== 'item_reference') return item;
    const stored = findItem(item.id);
    if (stored !== undefined) return readStored(stored);
    throw invalidRequest(`input[${index}].id`, 'does not name a stored item; send the item itself.');
  });
}

function readStored(item: object): InputItem {
  const parsed = inputItem.safeParse(item);
  if (parsed.success) return parsed.data;
  throw new HarnessError('INTERNAL', 'A stored item could not be read.', { cause: parsed.error });
}

interface Place {
  index: number;
  path: string;
  model: string;
  ignore: Ignore;
}

function addItem(builder: ConversationBuilder, item: InputItem, { index, path, model, ignore }: Place): void {
  switch (item.type) {
    case 'message':
      addMessage(builder, item, path, ignore);
      return;
    case 'function_call':
    case 'custom_tool_call':
    case 'local_shell_call':
    case 'apply_patch_call':
      builder.addCall(fromCallItem(item), index, path);
      return;
    case 'function_call_output':
    case 'custom_tool_call_output':
      builder.addResult(item.call_id, { content: fromUserParts(item.output, `${path}.output`, ignore) }, path);
      return;
    case 'local_shell_call_output':
      builder.addResult(
        answeredBy(item) ?? '',
        { content: fromUserParts(item.output, `${path}.output`, ignore) },
        path,
      );
      return;
    case 'apply_patch_call_output':
      builder.addResult(item.call_id, fromPatchOutput(item), path);
      return;
    case 'additional_tools':
      // They are among the tools of the request.
      return;
    case 'reasoning':
      builder.addAssistant(thoughtsOf(item, model, path, ignore));
      return;
    case 'web_search_call':
      // What it found cannot be sent back: clients do not get it. What the model made of it is in its words.
      return;
    case 'item_reference':
      throw new HarnessError('INTERNAL', 'A reference to an item was not resolved.');
  }
}

function addMessage(
  builder: ConversationBuilder,
  item: Extract<InputItem, { type: 'message' }>,
  path: string,
  ignore: Ignore,
): void {
  switch (item.role) {
    case 'system':
    case 'developer':
      for (const { text } of fromTextParts(item.content)) builder.addSystem(text);
      return;
    case 'assistant':
      builder.addAssistant(fromTextParts(item.content));
      return;
    case 'user':
      builder.addUser(fromUserParts(item.content, `${path}.content`, ignore));
  }
}

function thoughtsOf(
  { encrypted_content: content }: ReasoningItem,
  model: string,
  path: string,
  ignore: Ignore,
): (ThinkingBlock | RedactedThinkingBlock)[] {
  if (content == null || content === '') return [];
  const thought = openThought(content);
  if (thought === 'damaged') {
    throw invalidRequest(`${path}.encrypted_content`, 'was modified; send it back unchanged, or leave the item out.');
  }
  if (thought === 'foreign') {
    ignore(encryptedContent);
    return [];
  }
  return thought.model === model ? [thought.block] : [];
}
