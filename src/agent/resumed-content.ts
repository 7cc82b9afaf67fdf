import type { ContentBlock } from '../core/agent-engine.ts';

/** What the model reads where results alone start a turn: the CLI takes none by themselves. */
export const goOn: ContentBlock = {
  type: 'text',
  text: 'The session was interrupted and has been resumed; the results of the last calls are above. Go on.',
};

export function idOfCall(result: ContentBlock): string {
  return String(result['tool_use_id']);
}

/** The process ended before it had noted the call, so that its result can only be told. */
export function lostCall(result: ContentBlock): ContentBlock[] {
  const { content } = result as { content?: unknown };
  const note = 'Before the session was interrupted you made a call that is lost. This is its result:';
  const blocks = Array.isArray(content)
    ? (content as ContentBlock[])
    : [{ type: 'text', text: typeof content === 'string' && content !== '' ? content : '(no output)' }];
  return [{ type: 'text', text: note }, ...blocks];
}
