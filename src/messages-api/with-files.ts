import type { Conversation } from '../core/conversation.ts';
import type { TurnOptions } from '../core/turn-options.ts';
import { unlessAborted } from '../util/unless-aborted.ts';

/** The conversation with the contents of the files that it names. For a turn that has its place: they may be large. */
export async function withFiles(
  conversation: Conversation,
  { readFiles }: TurnOptions,
  signal: AbortSignal,
): Promise<Conversation> {
  return readFiles === undefined ? conversation : unlessAborted(readFiles(conversation), signal);
}
