import type { LoadedConfig } from '../config/load.ts';
import { ownEnvironment } from '../process/environment.ts';
import { locateCli } from '../process/locate.ts';
import { runInTerminal } from '../process/run-in-terminal.ts';
import { readTokenCredential } from '../systemd/credential.ts';

/**
 * Lets the claude CLI log in at this terminal, as the calling user; a running service of that user notices by itself.
 * Returns the CLI's exit code, or 1 where there is none to ask.
 */
export async function loginCommand({ config }: LoadedConfig): Promise<number> {
  const { path } = config.claude;
  const env = { ...ownEnvironment() } as Record<string, string>;
  const cli = locateCli({ env, ...(path !== undefined && { configured: path }) });
  if (cli === undefined) {
    console.error('The claude CLI is not installed; `claude-harness doctor` says where it was looked for.');
    return 1;
  }
  if (readTokenCredential(env) !== undefined) {
    console.error('A token from `claude setup-token` was handed over, which precedes any login; take it away first.');
    return 1;
  }
  return runInTerminal(cli, ['auth', 'login']);
}
