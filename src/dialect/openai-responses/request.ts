import type { Conversation } from '../../core/conversation.ts';
import type { TurnOptions } from '../../core/turn-options.ts';
import { listIgnored } from '../openai-shared/ignored-params.ts';
import { invalidRequest } from '../openai-shared/invalid-request.ts';
import { toSampling } from '../openai-shared/sampling.ts';
import { withTools } from '../openai-shared/tool-selection.ts';
import { encryptedContent } from './encrypted-content.ts';
import { fromItems, resolveReferences, type History } from './input-items.ts';
import type { InputItem } from './item-schema.ts';
import { checkedFields, refuseUnsupported } from './refused-fields.ts';
import { parseResponsesBody, understoodFields, type ResponsesBody } from './request-schema.ts';
import { toOutputFormat } from './text-format.ts';
import type { ToolForms } from './tool-forms.ts';
import { additionalTools } from './additional-tools.ts';
import { fromTools } from './tools.ts';
import type { ResponseEcho } from './types.ts';

/** A request whose shape has been checked; what it continues is not known yet. */
export interface ResponsesRequest {
  model: string;
  stream: boolean;
  background: boolean;
  store: boolean;
  previousId: string | undefined;
  /** Whether reasoning items contain what the client needs to send them back. */
  includeEncrypted: boolean;
  /** Whether the thinking is to be shown as a summary. */
  summarizes: boolean;
  /** The fields that the response repeats. */
  echo: ResponseEcho;
  body: ResponsesBody;
  fields: Readonly<Record<string, unknown>>;
}

export interface ResponsesTurn {
  conversation: Conversation;
  options: Omit<TurnOptions, 'model' | 'onStage' | 'enforcement' | 'buffered'>;
  /** The request's own input, references resolved. */
  items: InputItem[];
  /** In what form the calls of the answer go back. */
  forms: ToolForms;
  /** Fields that asked for something the harness cannot do and were ignored; safe to put into a header. */
  ignored: string[];
}

const servedFields = new Set([...understoodFields, ...checkedFields]);

/** Reads the parsed JSON body of `POST /v1/responses`. Throws `INVALID_REQUEST` or `UNSUPPORTED_PARAMETER`. */
export function parseResponsesRequest(value: unknown, { defaultModel }: { defaultModel: string }): ResponsesRequest {
  const body = parseResponsesBody(value);
  const fields = value as Readonly<Record<string, unknown>>;
  refuseUnsupported(fields);
  const background = body.background ?? false;
  const store = body.store ?? true;
  if (background && !store) throw invalidRequest('store', 'must be true for an answer in the background.');
  return {
    model: body.model ?? defaultModel,
    stream: body.stream ?? false,
    background,
    store,
    previousId: body.previous_response_id ?? undefined,
    includeEncrypted: body.include?.includes(encryptedContent) ?? false,
    summarizes: summaryOf(body) != null,
    echo: toEcho(body, fields),
    body,
    fields,
  };
}

/** The second step: translates the request together with what came before it. Throws the same errors as the first. */
export function toResponsesTurn(
  { body, fields, model }: ResponsesRequest,
  { earlier, earlierCalls, findItem }: History,
  unsupportedParams: 'ignore' | 'reject',
): ResponsesTurn {
  const ignored = new Set(unhonoured(body));
  const items = resolveReferences(body.input, findItem);
  requireWords(items);
  const conversation = fromItems({
    instructions: body.instructions ?? undefined,
    earlier,
    earlierCalls,
    items,
    model,
    ignore: (name) => ignored.add(name),
  });
  const lists = [{ tools: body.tools ?? [], path: 'tools' }, ...additionalTools(earlier, items)];
  const { toolChoice, forms, ignored: unservedTools, ...tools } = fromTools(lists, body.tool_choice);
  for (const name of unservedTools) ignored.add(name);
  const hasTools = tools.tools.length + tools.apiTools.length > 0;
  const output = toOutputFormat(body.text?.format);
  const { max_output_tokens: maxTokens } = body;
  const effort = body.reasoning?.effort;
  return {
    conversation: withTools(conversation, tools),
    options: {
      ...(maxTokens != null && { maxTokens }),
      ...(effort != null && { effort }),
      ...toSampling(body),
      ...(hasTools && { toolChoice, parallelToolCalls: body.parallel_tool_calls ?? true }),
      ...(tools.apiTools.length > 0 && { continuesPaused: true }),
      ...(output !== undefined && { output }),
    },
    items,
    forms,
    ignored: listIgnored(fields, servedFields, [...ignored], unsupportedParams),
  };
}

/** Fields below the top level that have no effect. */
function unhonoured({ include, text, reasoning }: ResponsesBody): string[] {
  const values = (include ?? []).filter((value) => value !== encryptedContent).map((value) => `include[${value}]`);
  const { verbosity } = text ?? {};
  const { mode, context } = reasoning ?? {};
  return [
    ...values,
    ...(verbosity != null && verbosity !== 'medium' ? ['text.verbosity'] : []),
    ...(mode != null && mode !== 'standard' ? ['reasoning.mode'] : []),
    ...(context != null && context !== 'auto' ? ['reasoning.context'] : []),
  ];
}

/** A blank message would make the model answer the message before it. */
function requireWords(items: readonly InputItem[]): void {
  const last = items.at(-1);
  if (last?.type !== 'message' || last.role !== 'user') return;
  const isBlank = last.content.every((part) => part.type === 'input_text' && !/\S/.test(part.text));
  if (isBlank)
    throw invalidRequest(`input[${items.length - 1}].content`, 'is blank; it must contain something to answer.');
}

function summaryOf({ reasoning }: ResponsesBody): string | undefined {
  return reasoning?.summary ?? reasoning?.generate_summary ?? undefined;
}

function toEcho(body: ResponsesBody, fields: Readonly<Record<string, unknown>>): ResponseEcho {
  return {
    background: body.background ?? false,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    metadata: body.metadata ?? {},
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: body.previous_response_id ?? null,
    reasoning: { effort: body.reasoning?.effort ?? null, summary: summaryOf(body) ?? null },
    store: body.store ?? true,
    temperature: body.temperature ?? null,
    text: { format: body.text?.format ?? { type: 'text' } },
    tool_choice: fields['tool_choice'] ?? 'auto',
    tools: Array.isArray(fields['tools']) ? fields['tools'] : [],
    top_p: body.top_p ?? null,
  };
}
