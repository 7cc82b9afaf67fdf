import type { AssistantBlock, Conversation, Message, UserBlock } from '../core/conversation.ts';
import type { Effort, TurnOptions } from '../core/turn-options.ts';
import { callInstruction, toOutputConfig, toRequestBody } from '../messages-api/request-body.ts';
import { thinkingOf, thinks, type Thinking } from '../messages-api/thinking.ts';
import { toModelCallId, toOwnName } from '../messages-api/tool-names.ts';
import type { ApiModel } from './api-client.ts';
import { withCacheMarks } from './cache-marks.ts';
import type { CountBody, GenerationFields, MessageBody } from './message-body.ts';

export interface RequestOptions {
  model: ApiModel;
  defaultEffort: Effort;
}

/** Where neither the request nor the API says more: what every model that is still served can give. */
const safeMaxTokens = 8192;

export function toMessageBody(conversation: Conversation, turn: TurnOptions, options: RequestOptions): MessageBody {
  const { model } = options;
  const limit = model.maxOutputTokens ?? turn.maxTokens ?? safeMaxTokens;
  const maxTokens = Math.min(turn.maxTokens ?? limit, limit);
  const { prompt, generation } = toPrompt(conversation, turn, options, maxTokens);
  return { ...withCacheMarks(prompt), max_tokens: maxTokens, ...generation };
}

export function toCountBody(conversation: Conversation, turn: TurnOptions, options: RequestOptions): CountBody {
  return toPrompt(conversation, turn, options, undefined).prompt;
}

function toPrompt(
  conversation: Conversation,
  turn: TurnOptions,
  { model, defaultEffort }: RequestOptions,
  maxTokens: number | undefined,
): { prompt: CountBody; generation: GenerationFields } {
  const thinking = thinkingOf(turn, defaultEffort, maxTokens);
  const forceCalls = turn.enforcement !== 'prompt' && !thinks(thinking) && model.thinking.off;
  const instruction = forceCalls ? undefined : callInstruction(turn, toOwnName);
  const system = [...conversation.system, ...(instruction === undefined ? [] : [instruction])];
  const body = toRequestBody(conversation, turn, { forceCalls, toModelName: toOwnName });
  const { tools, tool_choice: toolChoice, output_config: form, ...generation } = body;
  const thinkingParam = toThinkingParam(thinking, model, maxTokens);
  const effort = toEffort(thinking, model);
  const prompt = {
    model: model.id,
    ...(system.length > 0 && { system: system.map((text) => ({ type: 'text', text })) }),
    messages: conversation.messages.map(toApiMessage),
    ...(tools !== undefined && { tools }),
    ...(toolChoice !== undefined && { tool_choice: toolChoice }),
    ...(thinkingParam !== undefined && { thinking: thinkingParam }),
    ...toOutputConfig(form, effort),
  };
  return { prompt, generation };
}

/** Left out where the model has only one mode. */
function toThinkingParam(
  thinking: Thinking | undefined,
  { thinking: takes }: ApiModel,
  maxTokens: number | undefined,
): object | undefined {
  if (!thinks(thinking)) return takes.off && (takes.adaptive || takes.budget) ? { type: 'disabled' } : undefined;
  // Newer models show nothing of it unless asked to.
  if (takes.adaptive) return { type: 'adaptive', display: 'summarized' };
  if (!takes.budget) return undefined;
  const budget = maxTokens === undefined ? thinking.budget : Math.min(thinking.budget, maxTokens - 1);
  return { type: 'enabled', budget_tokens: budget };
}

/** The level that is asked for, or the highest below it that the model has. */
function toEffort(thinking: Thinking | undefined, { efforts }: ApiModel): string | undefined {
  const level = thinking?.effortLevel;
  if (level === undefined) return undefined;
  return efforts.filter((known) => rank(known) <= rank(level)).at(-1);
}

function rank(level: string): number {
  return ['low', 'medium', 'high', 'xhigh', 'max'].indexOf(level);
}

function toApiMessage({ role, content }: Message): { role: Message['role']; content: object[] } {
  return { role, content: content.map(toApiBlock) };
}

function toApiBlock(block: UserBlock | AssistantBlock): object {
  switch (block.type) {
    case 'tool_use':
      return { ...block, id: toModelCallId(block.id), name: toOwnName(block.name) };
    case 'tool_result':
      return { ...block, tool_use_id: toModelCallId(block.tool_use_id) };
    case 'text':
    case 'image':
    case 'document':
    case 'search_result':
    case 'thinking':
    case 'redacted_thinking':
      return block;
  }
}
