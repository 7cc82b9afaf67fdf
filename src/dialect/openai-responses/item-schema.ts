import { z } from 'zod';
import { expected, expectedKind } from '../openai-shared/schema-errors.ts';
import { tools } from './tool-schema.ts';

// Items and parts are loose: they are stored and returned with everything that the client sent.

const text = z.string({ error: expected('a string') });
const id = text.min(1, { error: 'must not be empty.' });

const inputText = z.looseObject({ type: z.literal('input_text'), text });
const outputText = z.looseObject({ type: z.literal('output_text'), text });
const refusal = z.looseObject({ type: z.literal('refusal'), refusal: text });
const image = z.looseObject({
  type: z.literal('input_image'),
  image_url: text.nullish(),
  file_id: text.nullish(),
  detail: z.unknown().optional(),
});
const file = z.looseObject({
  type: z.literal('input_file'),
  file_data: text.nullish(),
  file_url: text.nullish(),
  file_id: text.nullish(),
  filename: text.nullish(),
});
// Audio is listed so that it is refused with a reason rather than as an unknown type.
const audio = z.looseObject({ type: z.literal('input_audio') });

const part = 'an object with a type';
const systemPart = z.discriminatedUnion('type', [inputText], { error: expectedKind(part, 'input_text') });
const userPart = z.discriminatedUnion('type', [inputText, image, file, audio], {
  error: expectedKind(part, 'input_text', 'input_image', 'input_file'),
});
const assistantPart = z.discriminatedUnion('type', [outputText, inputText, refusal], {
  error: expectedKind(part, 'output_text', 'refusal'),
});

/**
 * A string becomes a list of one text part: one shape for the code that follows. Here and elsewhere `wire` is what
 * clients may send, for descriptions.
 */
function partsOf<Part extends z.ZodType>(schema: Part, type: 'input_text' | 'output_text' = 'input_text') {
  const more = type === 'output_text' ? { annotations: [] } : {};
  const parts = z.array(schema, { error: expected('a string or a list of content parts') });
  return z
    .preprocess((content) => (typeof content === 'string' ? [{ type, text: content, ...more }] : content), parts)
    .meta({ wire: z.union([z.string(), parts]) });
}

const message = z.literal('message');
const messageItem = z.discriminatedUnion(
  'role',
  [
    z.looseObject({ type: message, role: z.enum(['system', 'developer']), content: partsOf(systemPart) }),
    z.looseObject({ type: message, role: z.literal('user'), content: partsOf(userPart) }),
    z.looseObject({
      type: message,
      role: z.literal('assistant'),
      content: partsOf(assistantPart, 'output_text'),
    }),
  ],
  { error: expectedKind('an object with a role', 'user', 'assistant', 'system', 'developer') },
);

const functionCall = z.looseObject({
  type: z.literal('function_call'),
  call_id: id,
  name: id,
  namespace: text.nullish(),
  arguments: z.string({ error: expected('a string that contains a JSON object') }),
  status: z.unknown().optional(),
});

const functionCallOutput = z.looseObject({
  type: z.literal('function_call_output'),
  call_id: id,
  output: partsOf(userPart),
});

const customToolCall = z.looseObject({
  type: z.literal('custom_tool_call'),
  call_id: id,
  name: id,
  namespace: text.nullish(),
  input: text,
  status: z.unknown().optional(),
});

const customToolCallOutput = z.looseObject({
  type: z.literal('custom_tool_call_output'),
  call_id: id,
  output: partsOf(userPart),
});

const jsonObject = z.record(z.string(), z.unknown(), { error: expected('an object') });

const localShellCall = z.looseObject({
  type: z.literal('local_shell_call'),
  id: text.nullish(),
  call_id: id,
  action: jsonObject,
  status: z.unknown().optional(),
});

// OpenAI names the call by `id` here; some clients send `call_id`, as everywhere else.
const localShellCallOutput = z.looseObject({
  type: z.literal('local_shell_call_output'),
  id: text.nullish(),
  call_id: text.nullish(),
  output: partsOf(userPart),
});

const applyPatchCall = z.looseObject({
  type: z.literal('apply_patch_call'),
  call_id: id,
  operation: jsonObject,
  status: z.unknown().optional(),
});

const applyPatchCallOutput = z.looseObject({
  type: z.literal('apply_patch_call_output'),
  call_id: id,
  status: z.enum(['completed', 'failed'], { error: 'must be completed or failed.' }),
  output: text.nullish(),
});

/** Tools that are offered from here on, rather than in `tools`. */
const additionalTools = z.looseObject({ type: z.literal('additional_tools'), tools });

const reasoning = z.looseObject({
  type: z.literal('reasoning'),
  id: text.nullish(),
  encrypted_content: text.nullish(),
});

/** A search of an earlier answer. */
const webSearchCall = z.looseObject({ type: z.literal('web_search_call') });

const reference = z.looseObject({ type: z.literal('item_reference'), id });

/** Messages and references may leave their type out. */
function toTyped(item: unknown): unknown {
  if (typeof item !== 'object' || item === null || ('type' in item && item.type != null)) return item;
  if ('role' in item) return { ...item, type: 'message' };
  return 'id' in item ? { ...item, type: 'item_reference' } : item;
}

const callItems = [functionCall, customToolCall, localShellCall, applyPatchCall, webSearchCall] as const;
const outputItems = [functionCallOutput, customToolCallOutput, localShellCallOutput, applyPatchCallOutput] as const;
const otherItems = [reasoning, additionalTools, reference] as const;
const kinds = ['message', ...[...callItems, ...outputItems, ...otherItems].map(({ shape }) => shape.type.value)];
const expectedItem = ({ code }: { readonly code?: string | undefined }) =>
  code === 'invalid_union'
    ? `must be one of ${kinds.join(', ')}: the service has no other tools.`
    : 'must be an object with a type.';

const typed = z.discriminatedUnion('type', [messageItem, ...callItems, ...outputItems, ...otherItems], {
  error: expectedItem,
});
const [systemMessage, userMessage, assistantMessage] = messageItem.options;
const untyped = { type: z.null().optional() };

export const inputItem = z.preprocess(toTyped, typed).meta({
  wire: z.union([
    typed,
    systemMessage.extend(untyped),
    userMessage.extend(untyped),
    assistantMessage.extend(untyped),
    reference.extend(untyped),
  ]),
});

export type InputItem = z.infer<typeof inputItem>;
export type MessageItem = Extract<InputItem, { type: 'message' }>;
export type ReasoningItem = Extract<InputItem, { type: 'reasoning' }>;
export type UserPart = z.infer<typeof userPart>;
