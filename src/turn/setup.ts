import type { Effort } from '../core/run-turn.ts';
import { controlLine, type ControlRequest } from '../process/control.ts';

export interface TurnSetup {
  system: readonly string[];
  maxTokens?: number;
  effort: Effort;
}

/** The Messages API refuses a smaller thinking budget. */
const smallestBudget = 1024;

/** Effort level for models that think adaptively, budget in tokens for those that take one. */
const thinking: Record<Exclude<Effort, 'none'>, { effortLevel: string; budget: number }> = {
  minimal: { effortLevel: 'low', budget: smallestBudget },
  low: { effortLevel: 'low', budget: 4096 },
  medium: { effortLevel: 'medium', budget: 10_000 },
  high: { effortLevel: 'high', budget: 24_000 },
  xhigh: { effortLevel: 'xhigh', budget: 31_999 },
};

/**
 * The control lines that make an idle process this request's own. Each costs time before the first token, so only what
 * differs from how the process was started is among them.
 */
export function setupLines(setup: TurnSetup): object[] {
  const requests: ControlRequest[] = [{ subtype: 'initialize', systemPrompt: [...setup.system] }];
  const thought = thoughtFor(setup);
  const settings = {
    ...(thought === undefined ? {} : { effortLevel: thought.effortLevel }),
    ...(setup.maxTokens === undefined ? {} : { env: { CLAUDE_CODE_MAX_OUTPUT_TOKENS: String(setup.maxTokens) } }),
  };
  if (Object.keys(settings).length > 0) requests.push({ subtype: 'apply_flag_settings', settings });
  if (thought !== undefined) {
    requests.push({ subtype: 'set_max_thinking_tokens', max_thinking_tokens: thought.budget });
  }
  return requests.map((request) => controlLine(setupRequestId(request.subtype), request));
}

export const initializeRequestId = setupRequestId('initialize');

function setupRequestId(subtype: string): string {
  return `setup-${subtype}`;
}

function thoughtFor({ effort, maxTokens }: TurnSetup): { effortLevel: string; budget: number } | undefined {
  if (effort === 'none') return undefined;
  const { effortLevel, budget } = thinking[effort];
  if (maxTokens === undefined) return { effortLevel, budget };
  // The budget is part of max_tokens, so a fifth is kept for the answer; where too little is left, the answer wins.
  const affordable = Math.min(budget, Math.floor(maxTokens * 0.8));
  return affordable < smallestBudget ? undefined : { effortLevel, budget: affordable };
}
