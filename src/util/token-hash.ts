import { createHash } from 'node:crypto';

/**
 * The form in which the config keeps a bearer token: `sha256:` and 64 lowercase hex digits of the token's UTF-8 bytes.
 * A plain hash suffices, since tokens are 256 random bits and not words that someone could guess.
 */
export function hashToken(token: string): string {
  return `sha256:${createHash('sha256').update(token, 'utf8').digest('hex')}`;
}
