import type { Conversation } from '../core/conversation.ts';
import type { Effort, TurnOptions } from '../core/turn-options.ts';
import { toApiMessage } from '../messages-api/api-blocks.ts';
import { withExtraFields } from '../messages-api/extra-fields.ts';
import { callInstruction, toOutputConfig, toRequestBody } from '../messages-api/request-body.ts';
import { budgetWithin, thinkingOf, thinks, type Thinking } from '../messages-api/thinking.ts';
import { modelNames, toOwnName } from '../messages-api/tool-names.ts';
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
  const body = { ...prompt, max_tokens: maxTokens, ...generation };
  return withCacheMarks(withExtraFields(body, turn.extra, thinksIn(body)));
}

export function toCountBody(conversation: Conversation, turn: TurnOptions, options: RequestOptions): CountBody {
  const { prompt } = toPrompt(conversation, turn, options, undefined);
  return withExtraFields(prompt, countedFields(turn.extra), thinksIn(prompt));
}

function toPrompt(
  conversation: Conversation,
  turn: TurnOptions,
  { model, defaultEffort }: RequestOptions,
  maxTokens: number | undefined,
): { prompt: CountBody; generation: GenerationFields } {
  const thinking = thinkingOf(turn, defaultEffort, maxTokens);
  const forceCalls = turn.enforcement !== 'prompt' && !thinks(thinking) && model.thinking.off;
  const toModelName = modelNames(conversation, toOwnName);
  const instruction = forceCalls ? undefined : callInstruction(turn, toModelName);
  const system = [...conversation.system, ...(instruction === undefined ? [] : [instruction])].map((text, index) => ({
    type: 'text',
    text,
    ...(conversation.systemMarks?.has(index) && { cache_control: conversation.systemMarks.get(index) }),
  }));
  const body = toRequestBody(conversation, turn, { forceCalls, toModelName: toOwnName });
  const { tools, tool_choice: toolChoice, output_config: form, ...generation } = body;
  const thinkingParam = toThinkingParam(thinking, model, (budget) => budgetWithin(budget, turn.maxTokens, maxTokens));
  const effort = toEffort(thinking, model);
  const prompt = {
    model: model.id,
    ...(system.length > 0 && { system }),
    messages: conversation.messages.map((message) => toApiMessage(message, toModelName)),
    ...(tools !== undefined && { tools }),
    ...(toolChoice !== undefined && { tool_choice: toolChoice }),
    ...(thinkingParam !== undefined && { thinking: thinkingParam }),
    ...toOutputConfig(form, effort),
  };
  return { prompt, generation };
}

function thinksIn({ thinking }: CountBody): boolean {
  return thinking !== undefined && !('type' in thinking && thinking.type === 'disabled');
}

/** Those of the fields that the API takes where it only counts. */
const counted: ReadonlySet<string> = new Set([
  'cache_control',
  'context_management',
  'mcp_servers',
  'output_config',
  'thinking',
]);

function countedFields(extra: TurnOptions['extra'] = {}): TurnOptions['extra'] {
  return Object.fromEntries(Object.entries(extra).filter(([name]) => counted.has(name)));
}

/** Left out where the model has only one mode. */
function toThinkingParam(
  thinking: Thinking | undefined,
  { thinking: takes }: ApiModel,
  toBudget: (budget: number) => number,
): object | undefined {
  if (!thinks(thinking)) return takes.off && (takes.adaptive || takes.budget) ? { type: 'disabled' } : undefined;
  // Newer models show nothing of it unless asked to.
  if (takes.adaptive) return { type: 'adaptive', display: 'summarized' };
  if (!takes.budget) return undefined;
  return { type: 'enabled', budget_tokens: toBudget(thinking.budget) };
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
