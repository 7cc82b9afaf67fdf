import type { Conversation } from '../../core/conversation.ts';
import type { TurnOptions } from '../../core/turn-options.ts';
import { toApiMessage } from '../../messages-api/api-blocks.ts';
import { withExtraFields } from '../../messages-api/extra-fields.ts';
import { toOutputConfig, toRequestBody } from '../../messages-api/request-body.ts';
import { budgetWithin, thinks, type Thinking } from '../../messages-api/thinking.ts';
import { modelNames, toCliName } from '../../messages-api/tool-names.ts';
import { withCacheMarks, type CacheMark } from './cache-marks.ts';
import { clientFields } from './client-fields.ts';

/** How a model is asked for what a turn wants of it. */
export interface ModelTraits {
  /** `adaptive`: the model decides how much it thinks; `budget`: up to a number of tokens. */
  thinking: 'adaptive' | 'budget';
  /** The efforts that it takes, lowest first; `undefined` where they are not known. */
  efforts: readonly string[] | undefined;
  /** The most tokens of one answer; `undefined` where it is not known. */
  maxTokens: number | undefined;
}

export interface BodyOptions {
  traits: ModelTraits;
  /** How much the turn thinks; `undefined`: not at all. */
  thinking: Thinking | undefined;
  /** The API refuses to force a call while the model thinks. */
  forceCalls: boolean;
  mark: CacheMark;
  /** How many blocks the CLI marks itself. */
  marksTaken: number;
  /** The operator's own additions, beneath the request's fields. */
  extraBody: Readonly<Record<string, unknown>> | undefined;
}

/**
 * The request as it is to arrive, but for `system`, `model`, `metadata` and `stream`, which are the CLI's. The CLI merges
 * it over its own body, field by field, so that what is left out here is as the CLI has it: without thinking, and with
 * the model's own bound for the answer.
 */
export function toBody(conversation: Conversation, turn: TurnOptions, options: BodyOptions): Record<string, unknown> {
  const { traits, thinking, forceCalls, mark, marksTaken: taken, extraBody } = options;
  const toModelName = modelNames(conversation, toCliName);
  const messages = conversation.messages.map((message) => toApiMessage(message, toModelName));
  const maxTokens = turn.maxTokens === undefined ? undefined : Math.min(turn.maxTokens, traits.maxTokens ?? Infinity);
  const effort = toEffort(thinking?.effortLevel, traits);
  const { extra, endMark: end } = clientFields(turn);
  const request = toRequestBody(conversation, turn, { forceCalls, toModelName: toCliName });
  const { output_config: form, ...fields } = request;
  const body = {
    messages,
    ...fields,
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
    ...(thinks(thinking) && { thinking: toThinking(traits, budgetWithin(thinking.budget, turn.maxTokens, maxTokens)) }),
    ...toOutputConfig(form, effort),
  };
  const marked = withCacheMarks(body, { mark, taken, ...(end && { end }) });
  return { ...extraBody, ...withExtraFields(marked, extra, thinks(thinking)) };
}

function toThinking(traits: ModelTraits, budget: number): object {
  // Newer models show nothing of it unless asked to.
  if (traits.thinking === 'adaptive') return { type: 'adaptive', display: 'summarized' };
  return { type: 'enabled', budget_tokens: budget };
}

const levels = ['low', 'medium', 'high', 'xhigh', 'max'];

/** The level that is asked for, or the highest below it that the model has. The CLI leaves it out for models without. */
function toEffort(level: string | undefined, { efforts }: ModelTraits): string | undefined {
  if (level === undefined || efforts === undefined) return level;
  return efforts.filter((known) => levels.indexOf(known) <= levels.indexOf(level)).at(-1);
}
