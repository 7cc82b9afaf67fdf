import type { CachePolicy } from './cache.ts';

/**
 * What a token may do besides asking for answers, each also what those after it may: `owner` changes the service itself,
 * `viewer` sees what every client has used, `client` neither.
 */
export const roles = ['owner', 'viewer', 'client'] as const;

export type Role = (typeof roles)[number];

/** A token that the service accepts. */
export interface AccessToken {
  /** As kept in the configuration: `sha256:` and 64 hex digits. */
  hash: string;
  /** What log and journal call its client; `token 1` in the order of the configuration where there is none. */
  name?: string;
  role: Role;
  /** What of `cache` is different for its client. */
  cache?: Partial<CachePolicy>;
}
