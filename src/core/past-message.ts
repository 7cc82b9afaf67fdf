import type { CalledTool, ContentBlock } from './agent-engine.ts';

/** A call of a tool, by the name that the session has for it. */
export interface PastCall {
  type: 'past_call';
  callId: string;
  tool: CalledTool;
  input: Readonly<Record<string, unknown>>;
}

/**
 * A message of what was said before, which a process is to know. Content is the Messages API's, but for calls. Each call
 * has its result, a `tool_result` block, in the next message.
 */
export type PastMessage =
  | { role: 'user'; content: readonly ContentBlock[] }
  | { role: 'assistant'; content: readonly (ContentBlock | PastCall)[] };
