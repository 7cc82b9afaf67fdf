import type { Config } from '../schema.ts';

/** Hashes of the tokens that may change what an agent asks about: those of the service's owners are among them. */
export function agentOwners({ agents, server }: Pick<Config, 'agents' | 'server'>): readonly string[] {
  return [...agents.owners, ...server.tokens.filter(({ role }) => role === 'owner').map(({ hash }) => hash)];
}
