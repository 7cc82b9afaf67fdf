import type { CalledTool } from '../core/agent-engine.ts';
import { fromCliName, toCliName, toMcpName } from '../core/agent-tool-names.ts';

/** The CLI's name for the server of the client's own tools. */
export const clientServer = 'client';

const mcpName = /^mcp__(.+?)__(.+)$/;

/** What a tool is that the CLI calls `name`. */
export function calledTool(name: string): CalledTool {
  const [, server, tool] = mcpName.exec(name) ?? [];
  if (server === undefined || tool === undefined)
    return { kind: 'builtin', name: fromCliName(name) ?? snakeCase(name) };
  return server === clientServer ? { kind: 'custom', name: tool } : { kind: 'mcp', server, name: tool };
}

/** `AskUserQuestion` is `ask_user_question`. */
function snakeCase(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase();
}

/** What the CLI calls a tool. */
export function cliNameOf(tool: CalledTool): string {
  switch (tool.kind) {
    case 'builtin':
      return toCliName(tool.name);
    case 'mcp':
      return toMcpName(tool.server, tool.name);
    case 'custom':
      return toMcpName(clientServer, tool.name);
  }
}
