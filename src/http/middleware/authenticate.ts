import { timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { HarnessError } from '../../core/errors.ts';
import { clientName, type AccessToken } from '../../core/role.ts';
import { hashToken } from '../../util/token-hash.ts';
import { recordOf } from '../record-of.ts';

/**
 * Asks for one of the harness's own tokens, as `Authorization: Bearer` or `x-api-key`. Without tokens everyone who
 * reaches the port may use it, and whatever key a client sends is not looked at.
 */
export function authenticate(currentTokens: () => readonly AccessToken[]): RequestHandler {
  return (req, res, next) => {
    const tokens = currentTokens();
    const record = recordOf(res);
    const token = acceptedToken(sentTokens(req), tokens);
    if (token !== undefined) {
      record.client = token.name;
      record.caller = token.hash;
      record.role = token.role;
    } else if (tokens.length > 0) {
      throw new HarnessError(
        'UNAUTHORIZED',
        'The token is missing or wrong; send one of the tokens of server.tokens as a bearer token or x-api-key.',
      );
    } else {
      // Whoever reaches the service is whom it belongs to.
      record.role = 'owner';
    }
    next();
  };
}

export function isAuthorized(req: Request, tokens: readonly AccessToken[]): boolean {
  return tokens.length === 0 || acceptedToken(sentTokens(req), tokens) !== undefined;
}

/** The first of the service's tokens that is among those that were sent, under the name that its client has. */
export function acceptedToken(
  sent: readonly string[],
  tokens: readonly AccessToken[],
): (AccessToken & { name: string }) | undefined {
  const index = matchingToken(sent, tokens);
  const token = index === undefined ? undefined : tokens[index];
  return index === undefined || token === undefined ? undefined : { ...token, name: clientName(token, index) };
}

/** The place in the list of a token that was sent. */
function matchingToken(sentOnes: readonly string[], tokens: readonly AccessToken[]): number | undefined {
  const hashes = tokens.map(({ hash }) => Buffer.from(hash));
  // Every hash is compared, and each in constant time, so that the time tells nothing about them.
  const matches = sentOnes.flatMap((token) => {
    const sent = Buffer.from(hashToken(token));
    return hashes.flatMap((hash, index) => (isEqual(sent, hash) ? [index] : []));
  });
  return matches[0];
}

export function sentTokens(req: Request): string[] {
  const bearer = /^Bearer +(.+)$/i.exec(req.get('authorization') ?? '')?.[1];
  return [bearer, req.get('x-api-key')].filter((token) => token !== undefined);
}

function isEqual(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
