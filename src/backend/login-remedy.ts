import { renewalOfStored } from '../admission/token-age.ts';
import type { Config } from '../config/schema.ts';
import { cliEnvironment, givenLogin } from '../process/environment.ts';
import { cliLogin, type StoredToken } from './cli-login.ts';

/**
 * What the owner has to do where the login that the CLI has anyway is missing or refused: sign in, unless the CLI is given a
 * token or a key, which a sign-in does not replace. `name`: of one among several.
 */
export function loginRemedy(config: Config, token: StoredToken | undefined, name?: string): string {
  const { claude } = config;
  const given = givenLogin(cliEnvironment(cliLogin(config, token)));
  if (given === undefined) return name === undefined ? claude.login_hint : signInRemedy(claude.login_hint, name);
  if (given in claude.env) return `give ${given} in claude.env a valid value and restart the service`;
  return given === 'CLAUDE_CODE_OAUTH_TOKEN' ? renewalOfStored : `give the service a valid ${given} and restart it`;
}

/** How to sign in to one of several logins. Every installation's own hint is a command, which takes the name as well. */
export function signInRemedy(hint: string, name: string): string {
  return / login$/.test(hint)
    ? `${hint} --login ${name}`
    : `run \`claude-harness login --login ${name}\` as the user that the harness runs as`;
}
