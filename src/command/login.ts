import type { LoadedConfig } from '../config/load.ts';
import { ownEnvironment } from '../process/environment.ts';
import { locateCli } from '../process/locate.ts';
import { runInTerminal } from '../process/run-in-terminal.ts';
import { readTokenCredential } from '../systemd/credential.ts';

export interface LoginCommandOptions {
  /** Which of several logins. */
  login?: string;
}

/**
 * Lets the claude CLI log in at this terminal, as the calling user; a running service of that user notices by itself.
 * Returns the CLI's exit code, or 1 where there is none to ask.
 */
export async function loginCommand({ config }: LoadedConfig, { login: name }: LoginCommandOptions): Promise<number> {
  const { path, logins } = config.claude;
  const env = { ...ownEnvironment() } as Record<string, string>;
  const cli = locateCli({ env, ...(path !== undefined && { configured: path }) });
  if (cli === undefined) {
    console.error('The claude CLI is not installed; `claude-harness doctor` says where it was looked for.');
    return 1;
  }
  const login = name === undefined ? logins[0] : logins.find((each) => each.name === name);
  if (name !== undefined && login === undefined) {
    const known = logins.length === 0 ? 'has none' : `has ${logins.map((each) => each.name).join(', ')}`;
    console.error(`There is no login ${name}: claude.logins ${known}.`);
    return 1;
  }
  if (login?.token !== undefined || login?.token_file !== undefined) {
    console.error(`The login ${login.name} has a token, which precedes any login; write a new one in its place.`);
    return 1;
  }
  const folder = login?.config_dir;
  if (folder === undefined && readTokenCredential(env) !== undefined) {
    console.error('A token from `claude setup-token` was handed over, which precedes any login; take it away first.');
    return 1;
  }
  return runInTerminal(cli, ['auth', 'login'], folder === undefined ? {} : { CLAUDE_CONFIG_DIR: folder });
}
