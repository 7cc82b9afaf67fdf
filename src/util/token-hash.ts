import { createHash } from 'node:crypto';

/**
 * A bearer token as the configuration stores it: `sha256:` and the SHA-256 of its UTF-8 bytes in lowercase hex. A plain
 * hash suffices, since tokens are 256 random bits that nobody can guess.
 */
export function hashToken(token: string): string {
  return `sha256:${createHash('sha256').update(token, 'utf8').digest('hex')}`;
}
