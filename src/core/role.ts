import type { CachePolicy } from './cache.ts';

/**
 * What a token may do besides asking for answers, each also what those after it may: `owner` changes the service itself,
 * `viewer` sees what every client has used, `client` neither.
 */
export const roles = ['owner', 'viewer', 'client'] as const;

export type Role = (typeof roles)[number];

/** What a client may use at most. What is absent is without limit. */
export interface ClientBudget {
  tokens_per_day?: number;
  tokens_per_week?: number;
  /** In USD, at the API's prices. */
  cost_per_day?: number;
  cost_per_week?: number;
  /** Of the plan's windows, from 0 to 1. */
  five_hour_share?: number;
  seven_day_share?: number;
}

/** A token that the service accepts. */
export interface AccessToken {
  /** As kept in the configuration: `sha256:` and 64 hex digits. */
  hash: string;
  /** What log and journal call its client; `token 1` in the order of the configuration where there is none. */
  name?: string;
  role: Role;
  /** What of `cache` is different for its client. */
  cache?: Partial<CachePolicy>;
  budget?: ClientBudget;
  /** Its client is served from what is reserved of the plan, too. */
  uses_reserve?: boolean;
}

/** What log, journal and budgets call the client of a token. */
export function clientName({ name }: AccessToken, index: number): string {
  return name ?? `token ${index + 1}`;
}
