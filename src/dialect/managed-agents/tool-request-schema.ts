import { z } from 'zod';
import { agentTools } from '../../core/agent.ts';
import { expected, expectedType, flag, listOf, object, text } from '../anthropic-shared/schema-errors.ts';
import { fields, refused, refusedUnlessEmpty } from './read-request.ts';

/** The tools that a session has instead of its agent's. */

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

const toolset = fields({
  type: z.literal('agent_toolset_20260401'),
  configs: z
    .array(toolConfig, { error: expected('a list of tools') })
    .refine(areUnique, { error: 'Each tool may be configured once' })
    .exactOptional(),
  default_config: fields({ enabled, permission_policy: permissionPolicy }).nullable().exactOptional(),
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
  type === 'mcp_toolset' ? 'MCP servers are those of the configuration of the agent; leave it out' : undefined;
const tool = z.discriminatedUnion('type', [toolset, customTool], {
  error: expectedType(['agent_toolset_20260401', 'custom'], noServers),
});

const maxTools = 256;
export const tools = z
  .array(tool, { error: expected('a list of tools') })
  .max(maxTools, { error: `List should have at most ${maxTools} tools` })
  .refine((list) => list.filter(({ type }) => type !== 'custom').length <= 1, {
    error: 'agent_toolset_20260401 may be there once',
  })
  .refine((list) => areUnique(list.flatMap((one) => (one.type === 'custom' ? [one] : []))), {
    error: 'Names of custom tools must be unique',
  });

function areUnique(named: readonly { name: string }[]): boolean {
  return new Set(named.map(({ name }) => name)).size === named.length;
}

export type ToolParam = z.infer<typeof tool>;
export type ToolsetParam = z.infer<typeof toolset>;
