import { timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { HarnessError } from '../../core/errors.ts';
import { hashToken } from '../../util/token-hash.ts';

/**
 * Asks for one of the harness's own tokens, as `Authorization: Bearer` or `x-api-key`. Without tokens everyone who
 * reaches the port may use it, and whatever key a client sends is not looked at.
 */
export function authenticate(tokenHashes: readonly string[]): RequestHandler {
  return (req, _res, next) => {
    if (!isAuthorized(req, tokenHashes)) {
      throw new HarnessError(
        'UNAUTHORIZED',
        'The token is missing or wrong; send one of the tokens of server.tokens as a bearer token or x-api-key.',
      );
    }
    next();
  };
}

export function isAuthorized(req: Request, tokenHashes: readonly string[]): boolean {
  if (tokenHashes.length === 0) return true;
  return sentTokens(req).some((token) => {
    const sent = Buffer.from(hashToken(token));
    // Every hash is compared, and each in constant time, so that the time tells nothing about them.
    return tokenHashes.filter((hash) => isEqual(sent, Buffer.from(hash))).length > 0;
  });
}

function sentTokens(req: Request): string[] {
  const bearer = /^Bearer +(.+)$/i.exec(req.get('authorization') ?? '')?.[1];
  return [bearer, req.get('x-api-key')].filter((token) => token !== undefined);
}

function isEqual(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
