import { thinks, type Thinking } from '../../messages-api/thinking.ts';
import { controlLine, type ControlRequest } from '../../process/control.ts';

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
