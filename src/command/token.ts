import { randomBytes } from 'node:crypto';
import { hashToken } from '../util/token-hash.ts';

/** A new bearer token: 256 random bits, written without characters that headers, URLs or shells would escape. */
function createToken(): string {
  return `ch_${randomBytes(32).toString('base64url')}`;
}

/** Creates a token and writes it with the hash that goes into the configuration. The token itself is not stored. */
export function tokenCommand(write: (text: string) => void): void {
  const token = createToken();
  const hash = hashToken(token);
  write(`Token, for the client (shown only once):

  ${token}

Hash, for the service:

  ${hash}

Add the hash to the config file, then restart the service:

server:
  tokens:
    - ${hash}
`);
}
