import type { AgentSessionOptions } from '../core/agent-engine.ts';
import { clientServer } from './called-tool.ts';
import type { ControlChannel } from './control-channel.ts';
import type { AgentLaunch } from './launch.ts';

/** Gives a process what its session is: system prompt, the client's tools, MCP servers. Settles when it has all of it. */
export async function initialize(
  control: ControlChannel,
  { initialize: fields, mcpServers }: AgentLaunch,
  { customTools, systemMessages }: Pick<AgentSessionOptions, 'customTools' | 'systemMessages'>,
): Promise<void> {
  const hasCustomTools = customTools.length > 0;
  await control.request({
    subtype: 'initialize',
    ...systemPrompt(fields, systemMessages),
    ...(hasCustomTools && { sdkMcpServers: [clientServer] }),
    // Called before the CLI decides about a call, whether it asks then or not.
    hooks: { PreToolUse: [{ hookCallbackIds: ['before-call'] }] },
  });
  if (Object.keys(mcpServers).length === 0) return;
  // The list replaces the one before, in which the client's own server is.
  const client = hasCustomTools ? { [clientServer]: { type: 'sdk', name: clientServer } } : {};
  await control.request({ subtype: 'mcp_set_servers', servers: { ...mcpServers, ...client } });
}

function systemPrompt(fields: AgentLaunch['initialize'], systemMessages: readonly string[]): AgentLaunch['initialize'] {
  if (fields.systemPrompt !== undefined) return { systemPrompt: [...fields.systemPrompt, ...systemMessages] };
  const texts = [...(fields.appendSystemPrompt === undefined ? [] : [fields.appendSystemPrompt]), ...systemMessages];
  return texts.length === 0 ? {} : { appendSystemPrompt: texts.join('\n\n') };
}
