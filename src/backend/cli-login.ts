import type { Config } from '../config/schema.ts';
import type { CliEnvironmentOptions, OwnLogin } from '../process/environment.ts';

/** A token of `claude setup-token` that the owner has handed to the service. */
export interface StoredToken {
  token: string;
  /** In ms since the epoch. */
  storedAt: number;
}

/** One of several logins. */
export interface NamedLogin {
  name: string;
  /** Absent: it is the login that the CLI has anyway. */
  own?: OwnLogin;
  /** What its owner has to do when it is missing. */
  remedy: string;
  /** Of a token in a file: what to do before it ends, and since when it is there, in ms since the epoch. */
  tokenFile?: { storedAt: number; renewal: string };
}

/** How the CLI logs in, whatever it is used for. */
export function cliLogin(
  { claude }: Config,
  token: StoredToken | undefined,
  login?: Pick<NamedLogin, 'name' | 'own'>,
): CliEnvironmentOptions {
  return {
    auth: claude.auth,
    maxRetries: claude.max_retries,
    extra: claude.env,
    ...(login?.own !== undefined ? { own: login.own } : token !== undefined && { oauthToken: token.token }),
  };
}
