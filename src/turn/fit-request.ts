import { isObject } from '../core/is-object.ts';
import type { Conversation, Tool, UserBlock } from '../core/conversation.ts';
import type { Sampling, TurnOptions } from '../core/turn-options.ts';
import { offeredTools, requiresCall } from '../messages-api/request-body.ts';
import { joinSystemMessages, takesSystemMessages } from '../messages-api/system-messages.ts';
import { isConstrainable } from './constrainable-schema.ts';
import type { ModelRequest } from './model-request.ts';

/** The API takes no more in one request. */
const maxStrictTools = 20;

/** While a model thinks, the API takes no smaller one. */
const smallestThinkingTopP = 0.95;

export interface ModelUse {
  /** The full name of the model that is asked. */
  model: string;
  /** Whether it thinks before it answers. */
  thinks: boolean;
}

export interface FittedRequest {
  request: ModelRequest;
  /** What the client does not get of what it asked for. */
  warnings: string[];
}

/** Asks for everything in the way that the API has for it, as far as is known of the model. */
export function fitRequest({ conversation, turn }: ModelRequest, { model, thinks }: ModelUse): FittedRequest {
  const { sampling, warnings } = fitSampling(turn.sampling ?? {}, thinks);
  const placed = takesSystemMessages(model) ? conversation : joinSystemMessages(conversation);
  return {
    request: {
      conversation: withStrictTools(placed),
      turn: withConstrainedOutput(placed, { ...turn, sampling }),
    },
    warnings,
  };
}

/** Values that are the API's defaults are left out, since some models refuse them by their name. */
function fitSampling(
  { temperature, topP, topK }: Sampling,
  thinks: boolean,
): { sampling: Sampling; warnings: string[] } {
  const warnings: string[] = [];
  const sampling: Sampling = {};
  const take = (name: string, isTaken: boolean, set: () => void) => {
    if (isTaken) set();
    else warnings.push(`${name} was left out: the API does not take it while the model thinks.`);
  };
  if (temperature !== undefined && temperature > 1) {
    warnings.push('temperature was lowered to 1, the highest that the API takes.');
  } else if (temperature !== undefined && temperature < 1) {
    take('temperature', !thinks, () => (sampling.temperature = temperature));
  }
  if (topP !== undefined && topP < 1) {
    take('top_p', !thinks || topP >= smallestThinkingTopP, () => (sampling.topP = topP));
  }
  if (topK !== undefined) take('top_k', !thinks, () => (sampling.topK = topK));
  return { sampling, warnings };
}

/**
 * Beside tools the answer comes by a tool as well: so the model gives either a call or the answer, and words before a
 * call can be told from the answer while they are streamed. The API has no citations in constrained answers.
 */
function withConstrainedOutput(conversation: Conversation, turn: TurnOptions): TurnOptions {
  const { output } = turn;
  if (output === undefined || requiresCall(turn) || offeredTools(conversation, turn).length > 0) return turn;
  if (!isConstrainable(output.schema) || asksForCitations(conversation)) return turn;
  return { ...turn, output: { ...output, constrained: true } };
}

function asksForCitations({ messages }: Conversation): boolean {
  return messages.some(({ role, content }) => role === 'user' && content.some(isCitable));
}

function isCitable(block: UserBlock): boolean {
  if (block.type === 'tool_result') return block.content.some(isCitable);
  return 'citations' in block && isObject(block.citations) && block.citations['enabled'] === true;
}

function withStrictTools(conversation: Conversation): Conversation {
  const { tools = [] } = conversation;
  const constrained = new Set(tools.filter(isConstrainableTool).slice(0, maxStrictTools));
  if (constrained.size === 0) return conversation;
  const marked = tools.map((tool) => (constrained.has(tool) ? { ...tool, constrained: true } : tool));
  return { ...conversation, tools: marked };
}

function isConstrainableTool({ strict, inputSchema }: Tool): boolean {
  return strict && isConstrainable(inputSchema);
}
