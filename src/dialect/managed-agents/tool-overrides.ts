import { agentTools, type AgentProfile, type AgentTool, type PermissionPolicy } from '../../core/agent.ts';
import type { AgentOverrides } from '../../core/sessions.ts';
import { invalidRequest } from '../anthropic-shared/invalid-request.ts';
import type { ToolParam, ToolsetParam } from './tool-request-schema.ts';

export type ToolOverrides = Pick<AgentOverrides, 'tools' | 'customTools'>;

/**
 * The tools of a list that replaces that of a profile: of the built-in ones those that both have. Throws `INVALID_REQUEST`
 * where it names one that the profile lacks; `field` is the list's own name.
 */
export function toToolOverrides(
  list: readonly ToolParam[],
  { tools: profileTools }: Pick<AgentProfile, 'tools'>,
  field = 'agent.tools',
): Required<ToolOverrides> {
  const tools = list.flatMap((tool, index) =>
    tool.type === 'agent_toolset_20260401' ? builtInTools(tool, profileTools, `${field}.${index}`) : [],
  );
  const customTools = list.flatMap((tool) =>
    tool.type === 'custom' ? [{ name: tool.name, description: tool.description, inputSchema: tool.input_schema }] : [],
  );
  return { tools, customTools };
}

function builtInTools(
  { configs = [], default_config: usual }: ToolsetParam,
  profileTools: readonly AgentTool[],
  field: string,
): { tool: AgentTool; policy?: PermissionPolicy }[] {
  const missing = configs.findIndex(({ name, enabled }) => enabled === true && !profileTools.includes(name));
  if (missing >= 0) {
    throw invalidRequest(
      `${field}.configs.${missing}.name`,
      'The configuration of the agent does not give it this tool',
    );
  }
  return agentTools.flatMap((tool) => {
    const config = configs.find(({ name }) => name === tool);
    const isEnabled = config?.enabled ?? usual?.enabled ?? true;
    if (!isEnabled || !profileTools.includes(tool)) return [];
    const policy = (config?.permission_policy ?? usual?.permission_policy)?.type;
    return [{ tool, ...(policy !== undefined && { policy }) }];
  });
}
