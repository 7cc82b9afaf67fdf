import { z } from 'zod';
import { agentTools } from '../../core/agent.ts';

/** Agents and environments, as clients get them. */

const time = z.iso.datetime();
const nothing = z.array(z.never());

const permissionPolicy = z.object({ type: z.enum(['always_allow', 'always_ask']) });
const tool = z.enum(agentTools);
const toolConfig = z.object({
  type: tool,
  name: tool.describe('`task` (subagents) and `skill` are no part of the API of Anthropic’s.'),
  enabled: z.boolean(),
  permission_policy: permissionPolicy,
  url_sources: z.null().exactOptional(),
});
const defaultConfig = z.object({ enabled: z.boolean(), permission_policy: permissionPolicy });

const wireTool = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('agent_toolset_20260401'),
    configs: z.array(toolConfig).describe('The tools that it has.'),
    default_config: defaultConfig,
  }),
  z.object({
    type: z.literal('mcp_toolset'),
    mcp_server_name: z.string(),
    configs: nothing,
    default_config: defaultConfig,
  }),
  z.object({
    type: z.literal('custom'),
    name: z.string(),
    description: z.string(),
    input_schema: z.custom<object>((value) => typeof value === 'object').meta({ type: 'object' }),
  }),
]);

const shared = {
  type: z.literal('agent'),
  id: z.string().describe('The name in the configuration; `agent_…` of one that was created here.'),
  name: z.string(),
  description: z.string().nullable(),
  version: z.int().positive().describe('Grows when the agent, or its configuration, has changed.'),
  model: z.object({ id: z.string(), speed: z.literal('standard') }),
  system: z.string().nullable().describe("Beside the CLI's own, or instead of it."),
  tools: z.array(wireTool),
  mcp_servers: z
    .array(z.object({ type: z.literal('url'), name: z.string(), url: z.string() }))
    .describe('Those at an address; those that are programs have a toolset only.'),
  skills: nothing,
  multiagent: z.null(),
  execution_identity: z.object({ type: z.literal('service_account') }),
};

/** An agent as a session has it. */
export const wireSessionAgent = z.object(shared);

export const wireAgent = z.object({
  ...shared,
  metadata: z
    .record(z.string(), z.string())
    .describe('`profile` is the agent of the configuration that one which was created here narrows.'),
  created_at: time,
  updated_at: time,
  archived_at: time.nullable(),
});

export const wireEnvironment = z.object({
  type: z.literal('environment'),
  id: z.string().describe('That of the agent in the configuration.'),
  name: z.string(),
  description: z.string(),
  config: z.object({ type: z.literal('self_hosted') }),
  metadata: z.record(z.string(), z.enum(['ro', 'rw'])).describe('The folders: read-only, or to be written as well.'),
  created_at: time,
  updated_at: time,
  archived_at: z.null(),
});

/** A page of a list that is read in one direction. */
export const pageOfItems = <Item extends z.ZodType>(item: Item) =>
  z.object({ data: z.array(item), next_page: z.string().nullable() });

export const agentPage = pageOfItems(wireAgent);
export const environmentPage = pageOfItems(wireEnvironment);
export const resourcePage = pageOfItems(z.never());
