import type { Conversation } from '../../core/conversation.ts';
import type { Effort, TurnOptions } from '../../core/turn-options.ts';
import { callInstruction } from '../../messages-api/request-body.ts';
import { thinkingOf, thinks, type Thinking } from '../../messages-api/thinking.ts';
import { modelNames, toCliName } from '../../messages-api/tool-names.ts';
import type { Setup } from '../pool/repeated-setup.ts';
import { controlLine, type ControlRequest } from '../../process/control.ts';

export interface PromptOptions {
  defaultEffort: Effort;
  /** Whether the model answers without thinking when asked to. */
  canStopThinking: boolean;
}

/** What of a request is decided before it is written down for the CLI. */
export interface Prompt {
  system: string[];
  /** `undefined`: the model does not think. */
  thinking: Thinking | undefined;
  forceCalls: boolean;
}

export function toPrompt(conversation: Conversation, turn: TurnOptions, options: PromptOptions): Prompt {
  const thinking = thinkingOf(turn, options.defaultEffort, turn.maxTokens);
  const forceCalls = turn.enforcement !== 'prompt' && !thinks(thinking) && options.canStopThinking;
  const instruction = forceCalls ? undefined : callInstruction(turn, modelNames(conversation, toCliName));
  const system = [...conversation.system, ...(instruction === undefined ? [] : [instruction])];
  return { system, thinking, forceCalls };
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
 * What a process is given that serves many turns of one system prompt. `client`: whose process it may be, where clients
 * share none.
 */
export function promptSetup(system: readonly string[], client: string | undefined): Setup {
  return { lines: [initializeLine(system)], ahead: [firstSettings], key: JSON.stringify([client, ...system]) };
}

/** The first settings of a process take some 40 ms longer than later ones (2.1.197). These say what holds already. */
const firstSettings = controlLine(setupRequestId('first-settings'), {
  subtype: 'apply_flag_settings',
  settings: { env: { CLAUDE_CODE_EXTRA_BODY: '' } },
});

/** Fixes the system prompt of a process, once and for all. */
export function initializeLine(system: readonly string[]): object {
  return controlLine(initializeRequestId, { subtype: 'initialize', systemPrompt: [...system] });
}

/**
 * The control lines that make an idle process this request's own, where the conversation is fed to it. Each costs time
 * before the first token, so only what differs from how the process was started is among them.
 */
export function setupLines(setup: TurnSetup): object[] {
  const { system, thinking, maxTokens, body } = setup;
  const requests: ControlRequest[] = [];
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
  return [initializeLine(system), ...requests.map((request) => controlLine(setupRequestId(request.subtype), request))];
}

export const initializeRequestId = setupRequestId('initialize');

function setupRequestId(subtype: string): string {
  return `setup-${subtype}`;
}
