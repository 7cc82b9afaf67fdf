import { randomBytes } from 'node:crypto';
import { hashToken } from '../util/token-hash.ts';

/** A new bearer token: 256 random bits that need no escaping in a header, a URL or a shell. */
function createToken(): string {
  return `ch_${randomBytes(32).toString('base64url')}`;
}

/** Makes a token and writes it with the hash that goes into the config. Nothing keeps the token itself. */
export function tokenCommand(write: (text: string) => void): void {
  const token = createToken();
  const hash = hashToken(token);
  write(`Token, for the client (it is shown only this once):

  ${token}

Hash, for the service:

  ${hash}

Add the hash to the config file, then restart the service:

server:
  tokens:
    - ${hash}
`);
}
