import type { Effort } from '../core/run-turn.ts';
import { controlLine, type ControlRequest } from '../process/control.ts';

export interface TurnSetup {
  system: readonly string[];
  maxTokens?: number;
  /** `undefined`: the model does not think. */
  thinking: Thinking | undefined;
  /** What the CLI is to merge into the body of its API request. */
  body: object;
}

export interface Thinking {
  /** For models that think adaptively; how thorough an answer is depends on it even without thinking. */
  effortLevel?: string;
  /** In tokens, for models that take a budget; 0: no thinking, as processes are started with. */
  budget: number;
}

/** The Messages API refuses a smaller thinking budget. */
const smallestBudget = 1024;

const efforts: Record<Exclude<Effort, 'none'>, Required<Thinking>> = {
  minimal: { effortLevel: 'low', budget: smallestBudget },
  low: { effortLevel: 'low', budget: 4096 },
  medium: { effortLevel: 'medium', budget: 10_000 },
  high: { effortLevel: 'high', budget: 24_000 },
  xhigh: { effortLevel: 'xhigh', budget: 31_999 },
  max: { effortLevel: 'max', budget: 31_999 },
};

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

export function thinks(thinking: Thinking | undefined): thinking is Thinking {
  return thinking !== undefined && thinking.budget > 0;
}

/** How much the model thinks: as much as `exactBudget` says, or at most so much that the answer still has room. */
export function thinkingFor(effort: Effort, maxTokens: number | undefined, exactBudget?: number): Thinking | undefined {
  if (effort === 'none') return exactBudget ? { budget: exactBudget } : undefined;
  if (exactBudget !== undefined) return { effortLevel: efforts[effort].effortLevel, budget: exactBudget };
  const { effortLevel, budget } = efforts[effort];
  if (maxTokens === undefined) return { effortLevel, budget };
  // The budget is part of max_tokens, so a fifth is kept for the answer; where too little is left, the answer wins.
  const affordable = Math.min(budget, Math.floor(maxTokens * 0.8));
  return affordable < smallestBudget ? undefined : { effortLevel, budget: affordable };
}
