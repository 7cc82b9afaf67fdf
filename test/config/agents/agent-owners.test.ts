import { expect, it } from 'vitest';
import { agentOwners } from '../../../src/config/agents/agent-owners.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { hashToken } from '../../../src/util/token-hash.ts';

it('owners of the service are owners of its agents, beside those that are listed', () => {
  const [listed, owner, viewer] = ['a', 'b', 'c'].map(hashToken);
  const { agents, server } = configSchema.parse({
    server: { tokens: [listed, { hash: owner, role: 'owner' }, { hash: viewer, role: 'viewer' }] },
    agents: { owners: [listed] },
  });
  expect(agentOwners({ agents, server })).toEqual([listed, owner]);
});
