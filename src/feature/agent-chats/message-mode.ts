import { HarnessError } from '../../core/errors.ts';

/** Says what a chat client sees of an agent's tools. */
export const messageModeHeader = 'x-sdk-message-mode';

export const messageModes = ['ignore', 'formatted', 'forward'] as const;

/** Nothing; text with tags; or blocks of the Messages API. */
export type MessageMode = (typeof messageModes)[number];

/** Throws `INVALID_REQUEST` with the header's name. `hasBlocks`: whether answers are lists of content blocks. */
export function toMessageMode(value: string | undefined, hasBlocks: boolean): MessageMode {
  const mode = value === undefined ? 'ignore' : messageModes.find((one) => one === value.trim().toLowerCase());
  if (mode === undefined) throw invalid(`must be one of ${messageModes.join(', ')}.`);
  if (mode === 'forward' && !hasBlocks) {
    throw invalid('forward is for /v1/messages, whose answers have blocks for calls and results; use formatted here.');
  }
  return mode;
}

function invalid(problem: string): HarnessError {
  return new HarnessError('INVALID_REQUEST', `${messageModeHeader}: ${problem}`, { param: messageModeHeader });
}
