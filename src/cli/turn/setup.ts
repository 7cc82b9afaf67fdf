import type { Conversation } from '../../core/conversation.ts';
import type { Effort, TurnOptions } from '../../core/turn-options.ts';
import { callInstruction, toRequestBody } from '../../messages-api/request-body.ts';
import { thinkingFor, thinks, type Thinking } from '../../messages-api/thinking.ts';
import { toCliName } from '../../messages-api/tool-names.ts';
import { controlLine, type ControlRequest } from '../../process/control.ts';
import type { Setup } from '../pool/repeated-setup.ts';

export interface SetupOptions {
  defaultEffort: Effort;
  /** Whether the model answers without thinking when asked to. */
  canStopThinking: boolean;
  /** The operator's own additions to the body of API requests (`CLAUDE_CODE_EXTRA_BODY`). */
  extraBody: Readonly<Record<string, unknown>> | undefined;
}

/** What a process is given before the messages of a turn. */
export function toSetup(conversation: Conversation, turn: TurnOptions, options: SetupOptions): Setup {
  const { maxTokens, effort = options.defaultEffort, thinkingBudget } = turn;
  const thinking = thinkingFor(effort, maxTokens, thinkingBudget);
  const forceCalls = turn.enforcement !== 'prompt' && !thinks(thinking) && options.canStopThinking;
  const instruction = forceCalls ? undefined : callInstruction(turn, toCliName);
  const body = toRequestBody(conversation, turn, { forceCalls, toModelName: toCliName });
  const lines = setupLines({
    system: [...conversation.system, ...(instruction === undefined ? [] : [instruction])],
    thinking,
    body: withExtra(body, options.extraBody),
    ...(maxTokens === undefined ? {} : { maxTokens }),
  });
  return { lines, key: JSON.stringify(lines) };
}

/** A request's own fields replace the operator's setting as a whole in the CLI, so that it is repeated with them. */
function withExtra(body: object, extra: object | undefined): object {
  return Object.keys(body).length === 0 ? body : { ...extra, ...body };
}

export interface TurnSetup {
  system: readonly string[];
  maxTokens?: number;
  /** `undefined`: the model does not think. */
  thinking: Thinking | undefined;
  /** What the CLI is to merge into the body of its API request. */
  body: object;
}

/**
 * The control lines that make an idle process this request's own. Each costs time before the first token, so only what
 * differs from how the process was started is among them.
 */
export function setupLines(setup: TurnSetup): object[] {
  const requests: ControlRequest[] = [{ subtype: 'initialize', systemPrompt: [...setup.system] }];
  const { thinking, maxTokens, body } = setup;
  const env = {
    ...(maxTokens === undefined ? {} : { CLAUDE_CODE_MAX_OUTPUT_TOKENS: String(maxTokens) }),
    ...(Object.keys(body).length === 0 ? {} : { CLAUDE_CODE_EXTRA_BODY: JSON.stringify(body) }),
  };
  const settings = {
    ...(thinking?.effortLevel === undefined ? {} : { effortLevel: thinking.effortLevel }),
    ...(Object.keys(env).length === 0 ? {} : { env }),
  };
  if (Object.keys(settings).length > 0) requests.push({ subtype: 'apply_flag_settings', settings });
  if (thinks(thinking)) {
    requests.push({ subtype: 'set_max_thinking_tokens', max_thinking_tokens: thinking.budget });
  }
  return requests.map((request) => controlLine(setupRequestId(request.subtype), request));
}

export const initializeRequestId = setupRequestId('initialize');

function setupRequestId(subtype: string): string {
  return `setup-${subtype}`;
}
