import { z } from 'zod';
import { expected, expectedType, text } from '../anthropic-shared/schema-errors.ts';
import { id, maxSystemLength, metadataOf, metadataValue, model, upTo, version } from './agent-fields.ts';
import { initialEvents } from './event-request-schema.ts';
import { fields, refused, refusedUnlessEmpty } from '../anthropic-shared/read-request.ts';
import { tools } from './tool-request-schema.ts';

/** Bodies that create and change sessions. */

const mcpServers = refused('MCP servers are those of the configuration of the agent; leave it out');
const skills = refused("Skills are those of the agent's folders; leave it out");

const agentId = fields({ type: z.literal('agent'), id, version });
const agentWithOverrides = fields({
  type: z.literal('agent_with_overrides'),
  id,
  version,
  model: model.exactOptional(),
  system: upTo(maxSystemLength).nullable().exactOptional(),
  tools: tools.exactOptional(),
  mcp_servers: mcpServers,
  skills,
});
const agents = z.discriminatedUnion('type', [agentId, agentWithOverrides], {
  error: expectedType(['agent', 'agent_with_overrides'], (type) =>
    type === 'deployment' ? 'There are no deployments here; name an agent' : undefined,
  ),
});
const agent = z
  .preprocess((value) => (typeof value === 'string' ? { type: 'agent', id: value } : value), agents)
  .meta({ wire: z.union([z.string().min(1), agents]) });

const maxTitleLength = 500;
const title = upTo(maxTitleLength).nullable().exactOptional();

const budget = fields({
  type: z.literal('limit', { error: expected("'limit'") }),
  max_list_cost: fields({
    amount: text.regex(/^[1-9]\d{0,11}$/, { error: 'Input should be a number of cents, such as "2500"' }),
    currency: z.literal('USD', { error: expected("'USD'") }),
  }),
});

const vaults = refusedUnlessEmpty('There are no vaults here; leave it out');

export const createBody = fields({
  agent: agent.exactOptional(),
  fork_from: id.exactOptional().meta({
    description:
      'The id of a session that the new one goes on from: it has the same agent and past, and what else is not given here. `agent` may then be missing. Not part of the API of Anthropic’s.',
  }),
  environment_id: id
    .exactOptional()
    .meta({ description: "The agent's own, which has its id. May be missing, unlike in the API of Anthropic’s." }),
  title,
  metadata: metadataOf(metadataValue).exactOptional(),
  budget: budget.nullable().exactOptional(),
  initial_events: initialEvents.exactOptional(),
  resources: refusedUnlessEmpty(
    "Nothing is mounted here; name uploaded files in messages (source: {type: 'file', file_id}), or put files and repositories into the agent's folders",
  ),
  vault_ids: vaults,
})
  .refine(({ agent: named, fork_from: source }) => named !== undefined || source !== undefined, {
    path: ['agent'],
    error: 'Field required',
  })
  .meta({ anyOf: [{ required: ['agent'] }, { required: ['fork_from'] }] });

export const updateBody = fields({
  title,
  metadata: metadataOf(metadataValue.nullable()).nullable().exactOptional(),
  budget: budget.nullable().exactOptional(),
  agent: fields({ tools: tools.exactOptional(), mcp_servers: mcpServers }).exactOptional(),
  vault_ids: vaults,
});

export type CreateBody = z.infer<typeof createBody>;
export type UpdateBody = z.infer<typeof updateBody>;
