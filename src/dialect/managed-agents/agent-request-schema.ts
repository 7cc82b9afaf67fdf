import { z } from 'zod';
import { fields, refused, refusedUnlessEmpty } from '../anthropic-shared/read-request.ts';
import { expected, expectedType, text } from '../anthropic-shared/schema-errors.ts';
import { maxSystemLength, metadataOf, metadataValue, model, upTo, version } from './agent-fields.ts';
import { toolsOfAgent } from './tool-request-schema.ts';

/** Bodies that create and change agents. */

const name = upTo(256).min(1, { error: 'Input should not be empty' });

const maxServers = 20;
const mcpServers = z
  .array(fields({ type: z.literal('url', { error: expected("'url'") }), name: text, url: text }), {
    error: expected('a list of MCP servers'),
  })
  .max(maxServers, { error: `List should have at most ${maxServers} servers` })
  .refine((servers) => new Set(servers.map(({ name: server }) => server)).size === servers.length, {
    error: 'Names of MCP servers must be unique',
  });

const identities = expectedType(['service_account'], (type) =>
  type === 'aws_role' ? 'Agents work as the user of the service; leave it out' : undefined,
);

const shared = {
  description: upTo(2048).nullable().exactOptional(),
  system: upTo(maxSystemLength).nullable().exactOptional(),
  skills: refusedUnlessEmpty("Skills are those of the profile's folders; leave it out"),
  multiagent: refused('There are no threads of several agents here, and no advisors; leave it out'),
  execution_identity: z
    .discriminatedUnion('type', [fields({ type: z.literal('service_account') })], { error: identities })
    .nullable()
    .exactOptional(),
};

const aboutProfile =
  '`profile` names the agent of the configuration that this one narrows; it may be missing where the token may use one only.';

export const agentBody = fields({
  name,
  model,
  ...shared,
  tools: toolsOfAgent.exactOptional(),
  mcp_servers: mcpServers.exactOptional(),
  metadata: metadataOf(metadataValue).exactOptional().describe(aboutProfile),
});

export const agentUpdateBody = fields({
  version,
  name: name.exactOptional(),
  model: model.exactOptional(),
  ...shared,
  tools: toolsOfAgent.nullable().exactOptional(),
  mcp_servers: mcpServers.nullable().exactOptional(),
  metadata: metadataOf(metadataValue.nullable())
    .nullable()
    .exactOptional()
    .refine((pairs) => pairs?.['profile'] !== null, {
      path: ['profile'],
      error: 'An agent always has a profile; leave it out',
    })
    .describe('`null` removes a key.'),
});

export type AgentBody = z.infer<typeof agentBody>;
export type AgentUpdateBody = z.infer<typeof agentUpdateBody>;
