import { z } from 'zod';
import { agentPermissionModes } from '../../core/agent.ts';
import { modelName, modelNameForm } from '../../core/model-name.ts';
import { fields, refused } from '../anthropic-shared/read-request.ts';
import { expected, listOf, text } from '../anthropic-shared/schema-errors.ts';

/**
 * What clients of AiCore's proxy server send. There, options are any of the Agent SDK's; here they make less of what the
 * agent's configuration allows, and others are refused.
 */

const optional = <Field extends z.ZodType>(field: Field) => field.nullable().exactOptional();
const filled = text.min(1, { error: 'Input should not be empty' });

const permissionMode = z.enum(agentPermissionModes, {
  error: ({ input }) =>
    input === 'bypassPermissions'
      ? 'No agent runs without permissions here; leave it out, and let the configuration of the agent allow what it needs'
      : expected(listOf(agentPermissionModes))({ input }),
});
const turnsError = { error: 'Input should be a number from 1 on' };
const tools = z.array(text, { error: expected('a list of tools') });
const inConfiguration = 'MCP servers are those of the configuration of the agent; leave it out';

const supported = {
  agent: optional(filled).meta({
    description: 'The name of the agent, where the token may use several. The harness’s own.',
  }),
  model: optional(text.regex(modelName, { error: `Input should be ${modelNameForm}` })),
  permission_mode: optional(permissionMode).meta({ description: 'One that allows no more than that of the agent.' }),
  cwd: optional(filled).meta({ description: 'A workspace of the agent, or a folder in it.' }),
  max_turns: optional(z.int(turnsError).min(1, turnsError)).meta({ description: 'At most those of the agent.' }),
  allowed_tools: optional(tools).meta({
    description: 'The tools that it has, of those of the agent; MCP servers as `mcp__NAME`.',
  }),
  disallowed_tools: optional(tools).meta({ description: 'Those that it has not.' }),
  system_prompt: optional(text).meta({ description: 'The same as beside `options`.' }),
  resume: optional(filled).meta({ description: 'The id of a session, to go on with it.' }),
};

const options = fields({
  ...supported,
  session_id: refused('The harness chooses the ids of sessions; resume goes on with one'),
  mcp_servers: refused(inConfiguration),
  mcp_config: refused(inConfiguration),
});

/** The names of those that have an effect. */
export const queryOptions: readonly string[] = Object.keys(supported);

export const queryBody = fields({
  prompt: filled,
  system_prompt: optional(text).meta({ description: 'Instead of what the configuration says of the agent.' }),
  options: optional(options),
}).refine((body) => body.system_prompt == null || body.options?.system_prompt == null, {
  path: ['options', 'system_prompt'],
  error: 'It is given twice; leave out one of them',
});

export const agentQuery = z.looseObject({ agent: filled.exactOptional() });

export type QueryBody = z.infer<typeof queryBody>;
export type QueryOptions = z.infer<typeof options>;
