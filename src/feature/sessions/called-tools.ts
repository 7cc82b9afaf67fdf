import type { AgentEvent, CalledTool } from '../../core/agent-engine.ts';
import type { AgentEventBody, SessionEvent } from '../../core/session-event.ts';

type Called = Extract<AgentEvent, { type: 'tool_called' }>;

/** The event of a call. */
export function toCallBody({ tool, input, permission }: Called): AgentEventBody {
  const evaluated = permission === undefined ? {} : { evaluated_permission: permission };
  switch (tool.kind) {
    case 'builtin':
      return { type: 'agent.tool_use', name: tool.name, input, ...evaluated };
    case 'mcp':
      return { type: 'agent.mcp_tool_use', mcp_server_name: tool.server, name: tool.name, input, ...evaluated };
    case 'custom':
      return { type: 'agent.custom_tool_use', name: tool.name, input };
  }
}

/** The tool that the event of a call names. */
export function calledToolOf(body: SessionEvent): CalledTool | undefined {
  if (body.type === 'agent.tool_use') return { kind: 'builtin', name: body.name };
  if (body.type === 'agent.mcp_tool_use') return { kind: 'mcp', server: body.mcp_server_name, name: body.name };
  return body.type === 'agent.custom_tool_use' ? { kind: 'custom', name: body.name } : undefined;
}
