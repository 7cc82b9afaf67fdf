import { z } from 'zod';
import { agentTools } from '../../core/agent.ts';
import { expected, expectedType, flag, listOf, object, text } from '../anthropic-shared/schema-errors.ts';
import { fields, refused, refusedUnlessEmpty } from '../anthropic-shared/read-request.ts';

/** The tools of an agent, and those that a session has instead. */

const noJudge = (type: string) =>
  type === 'auto' ? 'Nobody here judges calls one by one; choose always_allow or always_ask' : undefined;
const permissionPolicy = z
  .discriminatedUnion(
    'type',
    [fields({ type: z.literal('always_allow') }), fields({ type: z.literal('always_ask') })],
    {
      error: expectedType(['always_allow', 'always_ask'], noJudge),
    },
  )
  .nullable()
  .exactOptional();
const enabled = flag.nullable().exactOptional();

const inConfiguration = 'Only the configuration of the agent can set this';
const toolConfig = fields({
  name: z.enum(agentTools, { error: expected(listOf(agentTools)) }),
  type: z.enum(agentTools, { error: expected(listOf(agentTools)) }).exactOptional(),
  enabled,
  permission_policy: permissionPolicy,
  allowed_domains: refusedUnlessEmpty(inConfiguration),
  blocked_domains: refusedUnlessEmpty(inConfiguration),
  max_content_tokens: refused(inConfiguration),
  url_sources: refused(inConfiguration),
  user_location: refused(inConfiguration),
}).refine(({ name, type }) => type === undefined || type === name, {
  path: ['type'],
  error: 'Input should be the same as name',
});

const defaultConfig = fields({ enabled, permission_policy: permissionPolicy }).nullable().exactOptional();
const toolset = fields({
  type: z.literal('agent_toolset_20260401'),
  configs: z
    .array(toolConfig, { error: expected('a list of tools') })
    .refine((configs) => areUnique(configs.map(({ name }) => name)), { error: 'Each tool may be configured once' })
    .exactOptional(),
  default_config: defaultConfig,
});

const customTool = fields({
  type: z.literal('custom'),
  name: text.regex(/^[A-Za-z0-9_-]{1,128}$/, { error: "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'" }),
  description: text,
  input_schema: object
    .refine(({ type }) => type === 'object', { path: ['type'], error: "Input should be 'object'" })
    .meta({ type: 'object', properties: { type: { const: 'object' } }, required: ['type'] }),
});

const noServers = (type: string) =>
  type === 'mcp_toolset' ? 'MCP servers are those of the agent; leave it out' : undefined;
/** Those of a session. */
export const tools = listOfTools(
  z.discriminatedUnion('type', [toolset, customTool], {
    error: expectedType(['agent_toolset_20260401', 'custom'], noServers),
  }),
);

const mcpToolset = fields({
  type: z.literal('mcp_toolset'),
  mcp_server_name: text,
  configs: refusedUnlessEmpty(inConfiguration),
  default_config: defaultConfig,
});
/** Those of an agent. */
export const toolsOfAgent = listOfTools(
  z.discriminatedUnion('type', [toolset, mcpToolset, customTool], {
    error: expectedType(['agent_toolset_20260401', 'mcp_toolset', 'custom']),
  }),
).refine((list) => areUnique(list.flatMap((one) => (one.type === 'mcp_toolset' ? [one.mcp_server_name] : []))), {
  error: 'Each MCP server may have one mcp_toolset',
});

function listOfTools<Tool extends z.ZodType<{ type: string }>>(tool: Tool) {
  const maxTools = 256;
  return z
    .array(tool, { error: expected('a list of tools') })
    .max(maxTools, { error: `List should have at most ${maxTools} tools` })
    .refine((list) => list.filter(({ type }) => type === 'agent_toolset_20260401').length <= 1, {
      error: 'agent_toolset_20260401 may be there once',
    })
    .refine((list) => areUnique(list.flatMap((one) => ('name' in one ? [one.name] : []))), {
      error: 'Names of custom tools must be unique',
    });
}

function areUnique(names: readonly unknown[]): boolean {
  return new Set(names).size === names.length;
}

export type ToolParam = z.infer<typeof toolsOfAgent>[number];
export type ToolsetParam = z.infer<typeof toolset>;
export type McpToolsetParam = z.infer<typeof mcpToolset>;
