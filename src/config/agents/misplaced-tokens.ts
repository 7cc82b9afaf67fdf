import type { AccessToken } from '../../core/role.ts';
import { tokenHash } from '../token-hash.ts';
import { writtenProfiles } from './written-profiles.ts';

interface Misplaced {
  path: PropertyKey[];
  message: string;
}

const notAccepted = 'expected one of server.tokens; add it there, or remove it here';
const noneListed =
  'expected at least one of server.tokens, since the service asks for a token and none gets an agent by accident';

/** Tokens that the service does not accept, and agents that nobody could use. */
export function misplacedTokens({
  agents,
  server,
}: {
  agents: { owners: readonly string[] };
  server: { tokens: readonly Pick<AccessToken, 'hash'>[] };
}): Misplaced[] {
  const accepted = server.tokens.map(({ hash }) => hash);
  const check = (tokens: readonly string[], path: PropertyKey[]): Misplaced[] =>
    tokens.flatMap((token, index) =>
      accepted.includes(token) || !tokenHash.safeParse(token).success
        ? []
        : [{ path: [...path, index], message: notAccepted }],
    );
  return [
    ...check(agents.owners, ['agents', 'owners']),
    ...writtenProfiles(agents).flatMap(([name, { tokens }]) => {
      const path = ['agents', name, 'tokens'];
      if (tokens.length === 0 && server.tokens.length > 0) return [{ path, message: noneListed }];
      return check(tokens, path);
    }),
  ];
}
