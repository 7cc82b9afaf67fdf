import { cliLogin } from '../backend/cli-login.ts';
import { loginRemedy } from '../backend/login-remedy.ts';
import { tokenRemedy, type ClaudeLogin } from '../config/claude-login.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { cliEnvironment, givenLogin, ownEnvironment } from '../process/environment.ts';
import { locateCli } from '../process/locate.ts';
import { runInTerminal } from '../process/run-in-terminal.ts';
import { readTokenCredential } from '../systemd/credential.ts';

export interface LoginCommandOptions {
  /** Which of several logins. */
  login?: string;
}

/**
 * Lets the claude CLI log in at this terminal, as the calling user; a running service of that user notices by itself.
 * Returns the CLI's exit code, or 1 where there is none to ask, or nothing to sign in to.
 */
export async function loginCommand({ config }: LoadedConfig, { login: name }: LoginCommandOptions): Promise<number> {
  const { path, logins } = config.claude;
  const env = { ...ownEnvironment() } as Record<string, string>;
  const cli = locateCli({ env, ...(path !== undefined && { configured: path }) });
  if (cli === undefined) {
    return refuse('The claude CLI is not installed; `claude-harness doctor` says where it was looked for.');
  }
  const login = name === undefined ? logins[0] : logins.find((each) => each.name === name);
  if (name !== undefined && login === undefined) {
    const known = logins.length === 0 ? 'has none' : `has ${logins.map((each) => each.name).join(', ')}`;
    return refuse(`There is no login ${name}: claude.logins ${known}.`);
  }
  const instead = insteadOfSigningIn(config, login);
  if (instead !== undefined) return refuse(`${instead}.`);
  const folder = login?.config_dir;
  return runInTerminal(cli, ['auth', 'login'], folder === undefined ? {} : { CLAUDE_CONFIG_DIR: folder });
}

function refuse(why: string): number {
  console.error(why);
  return 1;
}

/** What to do about a login that is a token or a key, which a sign-in would leave as it is. */
function insteadOfSigningIn(config: Config, login: ClaudeLogin | undefined): string | undefined {
  if (login?.token !== undefined || login?.token_file !== undefined) {
    return `The login ${login.name} is a token, which a sign-in does not replace: ${tokenRemedy(login)}`;
  }
  // A folder is a login of its own, whatever the service is given.
  if (login?.config_dir !== undefined) return undefined;
  const handedOver = readTokenCredential(ownEnvironment());
  const given = givenLogin(cliEnvironment(cliLogin(config, handedOver)));
  if (given === undefined) return undefined;
  return `The CLI gets its login from ${given}, which a sign-in does not replace: ${loginRemedy(config, handedOver)}`;
}
