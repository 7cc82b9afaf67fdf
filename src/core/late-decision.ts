import type { ContentBlock, PermissionDecision } from './agent-engine.ts';

/**
 * What a call that was asked about gets as its result when the decision comes after its process has ended: for the first
 * `send` to a process that resumes the session. The call itself is gone with its process, so where it is allowed the model
 * is asked to repeat it, which is asked about again: whoever sends this can allow the same call at once.
 */
export function lateDecision(callId: string, decision: PermissionDecision): ContentBlock {
  return { type: 'tool_result', tool_use_id: callId, content: textOf(decision), is_error: true };
}

function textOf(decision: PermissionDecision): string {
  if (!decision.allow) return decision.message ?? 'This call was refused.';
  const what = 'This call has not run: the session was interrupted before it was allowed. It is allowed now';
  if (decision.input === undefined) return `${what}; repeat it with the same input.`;
  return `${what} with another input; call the tool again with ${JSON.stringify(decision.input)}.`;
}
