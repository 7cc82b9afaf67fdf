import * as z from 'zod';
import { parseJson } from '../core/parse-json.ts';
import { runCli } from './run-cli.ts';

const authStatus = z.object({ loggedIn: z.boolean(), authMethod: z.string().optional() });

/** What the CLI says of its own login; `unknown` when it did not say. */
export type AuthStatus = { state: 'logged_in'; method: string } | { state: 'logged_out' } | { state: 'unknown' };

/**
 * Asks `claude auth status --json`, which works offline in about 0.3 s. It reports what is stored, not whether the API
 * still takes it: only a real turn proves that.
 */
export async function readAuthStatus(
  path: string,
  env: Record<string, string>,
  signal?: AbortSignal,
): Promise<AuthStatus> {
  const { stdout } = await runCli(path, ['auth', 'status', '--json'], env, signal);
  // A wrapper, such as one of nvm's, may print lines of its own before it.
  const json = stdout.slice(Math.max(0, stdout.search(/^\{/m)));
  const parsed = authStatus.safeParse(parseJson(json));
  if (!parsed.success) return { state: 'unknown' };
  return parsed.data.loggedIn
    ? { state: 'logged_in', method: parsed.data.authMethod ?? 'unknown' }
    : { state: 'logged_out' };
}
