import type { SessionEvent } from '../../core/session-event.ts';
import type { MessageMode } from './message-mode.ts';

/** How a call or a result is shown: a text of its own, or a block. */
export type ShownTool = { text: string } | { block: Readonly<Record<string, unknown>> };

/** Of built-in tools, which no server has. */
const ownServer = 'claude-harness';

/** A call, or the result of one. */
export type ToolEvent = Extract<
  SessionEvent,
  {
    type:
      'agent.tool_use' | 'agent.mcp_tool_use' | 'agent.custom_tool_use' | 'agent.tool_result' | 'agent.mcp_tool_result';
  }
>;

/** What a chat client sees of it; undefined for nothing. What a subagent does belongs to the call that started it. */
export function showTool(event: ToolEvent, mode: MessageMode): ShownTool | undefined {
  if (mode === 'ignore' || event.parent_tool_use_id !== undefined) return undefined;
  switch (event.type) {
    case 'agent.tool_use':
    case 'agent.custom_tool_use':
      return shownCall(event, undefined, mode);
    case 'agent.mcp_tool_use':
      return shownCall(event, event.mcp_server_name, mode);
    case 'agent.tool_result':
      return shownResult(event.tool_use_id, event, mode);
    case 'agent.mcp_tool_result':
      return shownResult(event.mcp_tool_use_id, event, mode);
  }
}

/** What somebody has to decide, since the client can't. */
export function showQuestion(id: string, name: string): string {
  return `Waiting for permission: ${name} (${id})`;
}

type Showing = Exclude<MessageMode, 'ignore'>;

function shownCall(
  { id, name, input }: { id: string; name: string; input: object },
  server: string | undefined,
  mode: Showing,
): ShownTool {
  // The type that clients know for calls which are not theirs to run, and which they may send back.
  if (mode === 'forward') {
    return { block: { type: 'mcp_tool_use', id, name, server_name: server ?? ownServer, input } };
  }
  return tagged('tool_use_sdk', { id, name, ...(server !== undefined && { server_name: server }), input });
}

function shownResult(
  id: string,
  { content, is_error }: { content: readonly unknown[]; is_error: boolean },
  mode: Showing,
): ShownTool {
  const result = { tool_use_id: id, is_error, content };
  return mode === 'forward' ? { block: { type: 'mcp_tool_result', ...result } } : tagged('tool_result_sdk', result);
}

/** JSON in one line, in which no tag can stand: whatever reads it finds the end. */
function tagged(tag: string, value: object): ShownTool {
  const json = JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e');
  return { text: `<${tag}>${json}</${tag}>` };
}
