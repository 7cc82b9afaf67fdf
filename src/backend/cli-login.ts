import type { Config } from '../config/schema.ts';
import type { CliEnvironmentOptions } from '../process/environment.ts';

/** A token of `claude setup-token` that the owner has handed to the service. */
export interface StoredToken {
  token: string;
  /** In ms since the epoch. */
  storedAt: number;
}

/** How the CLI logs in, whatever it is used for. */
export function cliLogin({ claude }: Config, token: StoredToken | undefined): CliEnvironmentOptions {
  return {
    auth: claude.auth,
    maxRetries: claude.max_retries,
    extra: claude.env,
    ...(token !== undefined && { oauthToken: token.token }),
  };
}
