import type { ContentBlock, PastCall, PastMessage } from '../core/agent-engine.ts';
import { cliNameOf } from './called-tool.ts';
import type { TranscriptMessage } from './write-transcript.ts';

/** What was said before, with the CLI's names of the tools. */
export function toTranscriptMessages(past: readonly PastMessage[]): TranscriptMessage[] {
  return past.map(({ role, content }) => ({
    role,
    content: content.map((block) => (isCall(block) ? toToolUse(block) : block)),
  }));
}

function isCall(block: ContentBlock | PastCall): block is PastCall {
  return block.type === 'past_call';
}

function toToolUse({ callId, tool, input }: PastCall): ContentBlock {
  return { type: 'tool_use', id: callId, name: cliNameOf(tool), input };
}
